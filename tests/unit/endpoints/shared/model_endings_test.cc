// The walk over a model's last day with the clock in hand: gpt-4.1-mini ends on 2027-01-14, and
// gpt-5-mini replaces it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/ending.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "unit/rpc/operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using upstream::OnShutdown;
using upstream::Shutdown;

class ModelEndings : public ::testing::Test {
 protected:
  ModelEndings() {
    world.router.TakeModelInfoFrom(models);
    world.log.Configure({telemetry::LogLevel::kInfo, false});
  }

  static std::vector<catalogue::Model> Models() {
    catalogue::Model old, next;
    old.id = "gpt-4.1-mini";
    old.shutdown_date = "2027-01-14";
    old.replacement = "gpt-5-mini";
    next.id = "gpt-5-mini";
    return {old, next};
  }
  void GoTo(std::string_view date) {
    world.Advance(*catalogue::BeginningOf(date) - world.clock.WallNow());
  }
  void OnShutdownOf(const std::string& name, Shutdown what) {
    upstream::Shutdowns shutdowns;
    shutdowns.by_name[name] = std::move(what);
    world.router.Use(std::move(shutdowns));
  }
  void OnEveryShutdown(OnShutdown action) { world.router.Use({.others = action, .by_name = {}}); }

  // One call after another, each with a caller of its own.
  struct Told {
    std::string sent;  // the body, empty if nothing was
    std::string reason;
    v1::GatewayInfo gateway;
    grpc::Status status;
  };
  Told Complete(const std::string& model) {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    request.mutable_params()->set_model(model);
    return Play([&](FakeRpc& rpc) { world.Complete(rpc, request); }, Answer("Hi"),
                [](const FakeRpc& rpc) { return rpc.Written<v1::CompleteResponse>(0).gateway(); });
  }
  template <class Begin, class Read>
  Told Play(const Begin& begin, std::string_view answer, const Read& read,
            std::string_view type = "application/json", int status = 200) {
    FakeRpc rpc;
    const size_t before = world.transport.transfers.size();
    begin(rpc);
    Told told;
    if (world.transport.transfers.size() > before) {
      auto& transfer = *world.transport.transfers.back();
      told.sent = *transfer.request.body;
      FakeTransport::Head(transfer, status, std::string(type));
      FakeTransport::Body(transfer, answer);
      FakeTransport::End(transfer);
    }
    while (rpc.writing) rpc.CompleteWrite(true);
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
    told.status = rpc.status.value_or(grpc::Status(grpc::StatusCode::UNKNOWN, "it goes on"));
    told.reason = ReasonOf(told.status);
    if (told.status.ok()) told.gateway = read(rpc);
    EXPECT_THAT(rpc.violations, IsEmpty());
    return told;
  }
  static std::vector<std::string> Reasons(const v1::GatewayInfo& gateway) {
    std::vector<std::string> reasons;
    for (const v1::Warning& warning : gateway.warnings()) reasons.push_back(warning.reason());
    return reasons;
  }
  std::string Metric(std::string_view family) {
    std::istringstream text(world.metrics.Expose());
    std::string found;
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with(std::string(family) + "{")) found += line.substr(family.size()) + "\n";
    }
    return found;
  }

  World world;
  catalogue::Snapshot models{std::make_shared<const catalogue::Catalogue>("r1", Models()),
                             &world.clock};
};

TEST_F(ModelEndings, ByDefaultWarnAndSendAsEver) {
  GoTo("2026-11-14");
  EXPECT_THAT(Complete("gpt-4.1-mini").gateway.warnings(), IsEmpty());
  GoTo("2026-11-15");
  const auto soon = Complete("fast").gateway;  // an alias of it
  ASSERT_THAT(Reasons(soon), ElementsAre("MODEL_ENDS_SOON"));
  EXPECT_EQ(soon.warnings(0).model_end().model_id(), "gpt-4.1-mini");
  EXPECT_EQ(soon.warnings(0).model_end().shutdown_date(), "2027-01-14");
  EXPECT_EQ(soon.warnings(0).model_end().days_left(), 60);
  EXPECT_EQ(soon.warnings(0).model_end().replacement_model_id(), "gpt-5-mini");
  EXPECT_EQ(soon.warnings(0).message(),
            "gpt-4.1-mini ends on 2027-01-14, in 60 days; its replacement is gpt-5-mini");
  EXPECT_THAT(Complete("gpt-5-mini").gateway.warnings(), IsEmpty());
  GoTo("2027-01-14");
  const auto ended = Complete("gpt-4.1-mini");
  EXPECT_THAT(ended.sent, HasSubstr(R"("model":"gpt-4.1-mini")"));
  EXPECT_THAT(Reasons(ended.gateway), ElementsAre("MODEL_ENDED"));
  EXPECT_EQ(ended.gateway.warnings(0).model_end().days_left(), 0);
}

TEST_F(ModelEndings, AreInEveryKindOfAnswer) {
  GoTo("2027-01-01");
  v1::StreamCompleteRequest stream;
  *stream.mutable_params() = Hello();
  EXPECT_THAT(
      Reasons(Play([&](FakeRpc& rpc) { world.Stream(rpc, stream); }, Chunk("Hi") + LastChunk(),
                   [](const FakeRpc& rpc) {
                     return rpc.Written<v1::StreamCompleteResponse>(rpc.written.size() - 1)
                         .completed()
                         .gateway();
                   },
                   "text/event-stream")
                  .gateway),
      ElementsAre("MODEL_ENDS_SOON"));
  v1::InvokeRequest raw;
  raw.mutable_call()->set_method("POST");
  raw.mutable_call()->set_path("/chat/completions");
  raw.mutable_call()->set_body(R"({"model":"gpt-4.1-mini","messages":[]})");
  EXPECT_THAT(
      Reasons(Play([&](FakeRpc& rpc) { world.Invoke(rpc, raw); }, Answer("Hi"),
                   [](const FakeRpc& rpc) { return rpc.Written<v1::InvokeResponse>(0).gateway(); })
                  .gateway),
      ElementsAre("MODEL_ENDS_SOON"));
  v1::EmbedRequest embed;
  embed.mutable_params()->set_model("gpt-4.1-mini");
  embed.mutable_params()->add_input("x");
  const Endpoint embeddings(DescriptionOf("Embed"), world.metrics);
  EXPECT_THAT(
      Reasons(Play([&](FakeRpc& rpc) { world.Serve(embeddings, rpc, embed); },
                   R"({"object":"list","data":[],"model":"gpt-4.1-mini"})",
                   [](const FakeRpc& rpc) { return rpc.Written<v1::EmbedResponse>(0).gateway(); })
                  .gateway),
      ElementsAre("MODEL_ENDS_SOON"));
}

TEST_F(ModelEndings, AreInTheResultOfEachItem) {
  GoTo("2027-01-01");
  FakeRpc rpc;
  world.Many(rpc);
  v1::CompleteManyRequest config, item;
  config.mutable_config();
  item.mutable_item()->set_item_id("a");
  *item.mutable_item()->mutable_params() = Hello();
  for (const auto* message : {&config, &item}) rpc.to_read.push_back(Serialize(*message));
  rpc.half_closed = true;
  const auto settle = [&] {
    for (bool busy = true; busy;) {
      busy = false;
      if (rpc.CanRead()) rpc.CompleteRead(), busy = true;
      if (rpc.writing) rpc.CompleteWrite(true), busy = true;
      world.timers.FireDue();
    }
  };
  settle();
  auto& transfer = *world.transport.transfers.back();
  FakeTransport::Head(transfer, 200, "application/json");
  FakeTransport::Body(transfer, Answer("Hi"));
  FakeTransport::End(transfer);
  settle();
  EXPECT_THAT(Reasons(rpc.Written<v1::CompleteManyResponse>(1).result().gateway()),
              ElementsAre("MODEL_ENDS_SOON"));
  EXPECT_THAT(Metric("inferwire_ending_model_requests_total"), HasSubstr("} 1\n"));
  if (rpc.finishing) rpc.CompleteFinish(true);
  rpc.Done(false);
}

TEST_F(ModelEndings, AreCountedEachTimeAndLoggedOnceADay) {
  GoTo("2027-01-01");
  for (int i = 0; i < 3; ++i) Complete("gpt-4.1-mini");
  EXPECT_EQ(Metric("inferwire_ending_model_requests_total"),
            R"({caller="unknown",model="gpt-4.1-mini",warning="ends_soon"} 3)"
            "\n");
  EXPECT_THAT(Metric("inferwire_ending_model_shutdown_timestamp_seconds"),
              HasSubstr(R"({model="gpt-4.1-mini"} 1799884800)"));
  ASSERT_THAT(world.log_lines, SizeIs(1));
  EXPECT_THAT(world.log_lines[0],
              AllOf(HasSubstr("model_ends_soon"), HasSubstr(R"("model":"gpt-4.1-mini")"),
                    HasSubstr(R"("shutdown_date":"2027-01-14","days_left":13)"),
                    HasSubstr(R"("replacement":"gpt-5-mini")")));
  GoTo("2027-01-02");
  for (int i = 0; i < 3; ++i) Complete("gpt-4.1-mini");
  EXPECT_THAT(world.log_lines, SizeIs(2));
}

TEST_F(ModelEndings, MoveAnAliasOnTheDay) {
  OnEveryShutdown(OnShutdown::kMove);
  GoTo("2027-01-13");
  const auto before = Complete("fast");
  EXPECT_THAT(before.sent, HasSubstr(R"("model":"gpt-4.1-mini")"));
  EXPECT_THAT(Reasons(before.gateway), ElementsAre("MODEL_ENDS_SOON"));
  GoTo("2027-01-14");
  const auto after = Complete("fast");
  EXPECT_THAT(after.sent, HasSubstr(R"("model":"gpt-5-mini")"));
  EXPECT_EQ(after.gateway.model(), "gpt-5-mini");
  ASSERT_THAT(Reasons(after.gateway), ElementsAre("MODEL_MOVED"));
  EXPECT_EQ(after.gateway.warnings(0).message(),
            "gpt-4.1-mini ended on 2027-01-14; gpt-5-mini was asked instead");
  EXPECT_THAT(Complete("gpt-5-mini").gateway.warnings(), IsEmpty());
}

TEST_F(ModelEndings, RefuseBeforeAnythingIsSent) {
  OnEveryShutdown(OnShutdown::kRefuse);
  GoTo("2027-01-13");
  EXPECT_TRUE(Complete("gpt-4.1-mini").status.ok());
  GoTo("2027-01-14");
  const auto refused = Complete("gpt-4.1-mini");
  EXPECT_EQ(refused.sent, "");
  EXPECT_EQ(refused.status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(refused.reason, "MODEL_ENDED");
  EXPECT_THAT(refused.status.error_message(),
              HasSubstr("ended on 2027-01-14; its replacement is gpt-5-mini"));
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(refused.status);
  EXPECT_EQ(info->metadata().at("model"), "gpt-4.1-mini");
  EXPECT_EQ(info->metadata().at("shutdown_date"), "2027-01-14");
  EXPECT_EQ(info->metadata().at("replacement"), "gpt-5-mini");
  EXPECT_TRUE(Complete("gpt-5-mini").status.ok());
}

TEST_F(ModelEndings, GoByTheNamesOwnEntry) {
  OnShutdownOf("fast", {OnShutdown::kMove, "my-model", catalogue::BeginningOf("2027-01-10")});
  GoTo("2027-01-09");
  EXPECT_THAT(Complete("fast").sent, HasSubstr(R"("model":"gpt-4.1-mini")"));
  GoTo("2027-01-10");  // before the catalogue's date
  EXPECT_THAT(Complete("fast").sent, HasSubstr(R"("model":"my-model")"));
  EXPECT_THAT(Complete("gpt-4.1-mini").sent, HasSubstr(R"("model":"gpt-4.1-mini")"));
  GoTo("2027-01-20");
  EXPECT_THAT(Complete("gpt-4.1-mini").sent, HasSubstr(R"("model":"gpt-4.1-mini")"));
}

TEST_F(ModelEndings, OfANameThatTheCatalogueDoesNotHaveCanBeConfigured) {
  OnShutdownOf("own", {OnShutdown::kRefuse, "better", catalogue::BeginningOf("2027-01-10")});
  GoTo("2027-01-09");
  EXPECT_TRUE(Complete("own").status.ok());
  GoTo("2027-01-10");
  EXPECT_THAT(Complete("own").status.error_message(), HasSubstr("own ended on 2027-01-10"));
}

TEST_F(ModelEndings, WithoutAReplacementAreSentAsEver) {
  auto known = Models();
  known[0].replacement.clear();
  models.Replace(std::make_shared<const catalogue::Catalogue>("r2", known));
  OnEveryShutdown(OnShutdown::kMove);
  GoTo("2027-02-01");
  const auto told = Complete("gpt-4.1-mini");
  EXPECT_THAT(told.sent, HasSubstr(R"("model":"gpt-4.1-mini")"));
  EXPECT_THAT(Reasons(told.gateway), ElementsAre("MODEL_ENDED"));
}

TEST_F(ModelEndings, FollowReplacementsThatHaveEndedAndNeverForEver) {
  auto known = Models();
  known[1].shutdown_date = "2027-03-01";
  known[1].replacement = "gpt-6";
  models.Replace(std::make_shared<const catalogue::Catalogue>("r2", known));
  OnEveryShutdown(OnShutdown::kMove);
  GoTo("2027-02-01");
  EXPECT_THAT(Reasons(Complete("fast").gateway), ElementsAre("MODEL_MOVED", "MODEL_ENDS_SOON"));
  GoTo("2027-03-01");
  EXPECT_THAT(Complete("fast").sent, HasSubstr(R"("model":"gpt-6")"));
  known[1].replacement = "gpt-4.1-mini";  // in a circle
  models.Replace(std::make_shared<const catalogue::Catalogue>("r3", known));
  EXPECT_TRUE(Complete("fast").status.ok());
}

TEST_F(ModelEndings, AnUpstreamThatNoLongerHasItSaysWhatReplacesIt) {
  GoTo("2027-01-20");
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  const auto told =
      Play([&](FakeRpc& rpc) { world.Complete(rpc, request); },
           R"({"error":{"message":"The model does not exist","code":"model_not_found"}})",
           [](const FakeRpc&) { return v1::GatewayInfo(); }, "application/json", 404);
  EXPECT_EQ(told.reason, "MODEL_NOT_FOUND");
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(told.status);
  EXPECT_EQ(info->metadata().at("replacement"), "gpt-5-mini");
  EXPECT_EQ(info->metadata().at("shutdown_date"), "2027-01-14");
}

}  // namespace
}  // namespace inferwire::rpc
