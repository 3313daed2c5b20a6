// What is sent a second time to a route's shadow, when it is not, and that nothing else sees it.
#include "upstream/shadow.h"

#include <gmock/gmock.h>

#include "ledger/book.h"
#include "routed_call_fixture.h"
#include "support/temp_folder.h"
#include "unit/ledger/books.h"

namespace inferwire::upstream {
namespace {

using std::chrono::seconds;
using telemetry::ShadowOutcome;
using testing::HasSubstr;

constexpr std::string_view kUsage = R"("usage":{"prompt_tokens":100,"completion_tokens":10})";

// A call at "a", whose shadow is "b".
class ShadowTest : public testing::Test {
 protected:
  ShadowTest() {
    catalogue::Model model;
    model.id = "model-b";
    model.prices = {{"standard", 2'000'000, {}, 10'000'000}};
    prices_.Replace(std::make_shared<const catalogue::Catalogue>("r", std::vector{model}));
    world_.router.TakeModelInfoFrom(prices_);
    shadow_.target = world_.router.RouteOf("r")->targets[1];
    shadow_.metrics = &world_.metrics.Of<telemetry::ShadowFamilies>().Route("r");
  }

  // The call begins, and its shadow with it. Its transfer is the last one.
  void Begin(Duration time = seconds(60)) {
    calls_.push_back(world_.Begin(routing::Resend::kFailed, true, time));
    const ShadowPlan plan{&shadow_, *world_.router.At(shadow_.target, "r")};
    shadows_->Begin(world_.runtime, *calls_.back()->call, plan, "id");
  }
  http::PlayedTransfer& shadow() {
    EXPECT_EQ(world_.SentTo(world_.last()), "b");
    return world_.last();
  }
  // Nothing of what this test does to the shadow is seen there.
  void ExpectCallUntouched() {
    const PlayedCall& played = *calls_.front();
    EXPECT_FALSE(played.reader.ended);
    EXPECT_EQ(played.stats.attempts, 1);
    EXPECT_EQ(played.stats.upstream, "a");
    EXPECT_EQ(played.stats.input_tokens, std::nullopt);
    EXPECT_EQ(played.stats.bytes_received, 0);
    EXPECT_FALSE(world_.transport.transfers.front()->over);
    EXPECT_EQ(world_.transport.wrong_cancels, 0);
  }
  double Count(const std::string& outcome) {
    return Metric("inferwire_shadow_calls_total{outcome=\"" + outcome + "\",route=\"r\"}");
  }
  double Cost() { return Metric("inferwire_shadow_cost_usd_total{route=\"r\"}"); }
  double Metric(const std::string& series) {
    const std::string text = world_.metrics.Expose();
    const size_t at = text.find(series + ' ');
    return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 1));
  }

  RoutedWorld world_{{{.upstream = "a"}, {.upstream = "b", .keys = 2, .group = 2}}};
  catalogue::Snapshot prices_{
      std::make_shared<const catalogue::Catalogue>("none", std::vector<catalogue::Model>())};
  gateway::MemoryBudget memory_{1 << 20};
  bool busy_ = false;
  Shadow shadow_;
  std::vector<std::unique_ptr<PlayedCall>> calls_;
  std::unique_ptr<Shadows> shadows_ = std::make_unique<Shadows>(
      world_.timers, [this] { return busy_; }, &memory_);
};

TEST_F(ShadowTest, GetsTheCallsRequestUnderItsOwnHead) {
  Begin();
  const std::string& body = *shadow().request.body;
  EXPECT_EQ(body, "{\"model\":\"model-b\"," + std::string(RoutedWorld::kRest));
  EXPECT_THAT(*world_.transport.transfers.front()->request.body, HasSubstr("model-a"));
  EXPECT_THAT(shadow().request.url, HasSubstr("/model-b"));
  EXPECT_EQ(*shadow_.in_flight, 1);
}

TEST_F(ShadowTest, IsReadForWhatItUsedAndThrownAway) {
  Begin();
  world_.Answer(shadow(), 200, '{' + std::string(kUsage) + '}');
  EXPECT_EQ(Count("answered"), 1);
  EXPECT_DOUBLE_EQ(Cost(), 100 * 2e-6 + 10 * 10e-6);
  EXPECT_EQ(*shadow_.in_flight, 0);
  EXPECT_EQ(world_.endpoint("b").in_flight(), 0);
  ExpectCallUntouched();
  world_.Advance({});
  EXPECT_EQ(shadows_->running(), 0u);
}

// Money that was spent is in the ledger, beside the call and never for it.
class BookedShadowTest : public ShadowTest {
 protected:
  BookedShadowTest() {
    book_ =
        std::move(*ledger::Book::Open({.folder = folder_.File("ledger"), .segment_bytes = 1 << 20},
                                      clock_, world_.metrics.Of<telemetry::LedgerMetrics>(), 1));
    shadows_ = std::make_unique<Shadows>(
        world_.timers, [this] { return busy_; }, &memory_, book_.get());
  }
  void Begin(Duration time = seconds(60)) {
    calls_.push_back(world_.Begin(routing::Resend::kFailed, true, time));
    const ShadowPlan plan{&shadow_, *world_.router.At(shadow_.target, "r")};
    const ledger::Names names{
        .tenant = "acme", .team = "search", .user = "u", .operation = "chat", .label = "l"};
    shadows_->Begin(world_.runtime, *calls_.back()->call, plan, "id", &names);
  }
  ledger::Kept OnlyEnd() {
    const auto ends = ledger::Ends(folder_.File("ledger"));
    EXPECT_EQ(ends.size(), 1u);
    return ends.empty() ? ledger::Kept() : ends.front();
  }

  testing_support::TempFolder folder_{testing_support::TempFolder::InMemory()};
  SystemClock clock_;
  std::unique_ptr<ledger::Book> book_;
};

TEST_F(BookedShadowTest, IsALineOfItsOwnUnderTheCallsNames) {
  Begin();
  world_.Answer(shadow(), 200, '{' + std::string(kUsage) + '}');
  const ledger::Kept end = OnlyEnd();
  EXPECT_EQ(end.operation, "shadow");
  EXPECT_EQ(end.tenant, "acme");
  EXPECT_EQ(end.model, "model-b");
  EXPECT_EQ(end.upstream, "b");
  EXPECT_EQ(end.usage.source, ledger::Source::kProvider);
  EXPECT_EQ(end.usage.input, 100);
  EXPECT_EQ(end.usage.output, 10);
  EXPECT_EQ(end.usage.picousd, 100 * 2'000'000 + 10 * 10'000'000);
}

TEST_F(BookedShadowTest, ThatIsCutIsBookedAsFarAsItCame) {
  Begin();
  http::PlayedTransfer& transfer = shadow();
  http::FakeTransport::Head(transfer, 200, "text/event-stream");
  http::FakeTransport::Body(transfer, "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n");
  shadows_->Shed();
  const ledger::Kept end = OnlyEnd();
  EXPECT_EQ(end.usage.source, ledger::Source::kEstimated);
  EXPECT_GT(end.usage.input, 0);
  EXPECT_EQ(end.usage.output, 1);
  EXPECT_GT(end.usage.picousd, 0);
}

TEST_F(BookedShadowTest, ThatWasRefusedUsedNothing) {
  Begin();
  world_.Answer(shadow(), 500, R"({"error":{"message":"no"}})");
  EXPECT_EQ(OnlyEnd().usage.source, ledger::Source::kNone);
  EXPECT_NE(OnlyEnd().usage.code, 0);
}

TEST_F(ShadowTest, IsReadAsAStreamWhereItIsOne) {
  Begin();
  http::PlayedTransfer& transfer = shadow();
  http::FakeTransport::Head(transfer, 200, "text/event-stream");
  http::FakeTransport::Body(transfer, "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n");
  http::FakeTransport::Body(transfer, "data: {\"choices\":[]," + std::string(kUsage) + "}\n\nda");
  EXPECT_EQ(Cost(), 0) << "it is not over";
  http::FakeTransport::Body(transfer, "ta: [DONE]\n\n");
  http::FakeTransport::End(transfer);
  EXPECT_EQ(Count("answered"), 1);
  EXPECT_DOUBLE_EQ(Cost(), 100 * 2e-6 + 10 * 10e-6);
  ExpectCallUntouched();
}

TEST_F(ShadowTest, AStreamThatSaysAnErrorHasFailed) {
  Begin();
  http::PlayedTransfer& transfer = shadow();
  http::FakeTransport::Head(transfer, 200, "text/event-stream");
  http::FakeTransport::Body(transfer, "data: {\"error\":{\"message\":\"overloaded\"}}\n\n");
  http::FakeTransport::End(transfer);
  EXPECT_EQ(Count("failed"), 1);
  ExpectCallUntouched();
}

// Not with another key, not to the same place, not elsewhere.
TEST_F(ShadowTest, IsNeverSentAgain) {
  for (const int status : {401, 429, 500, 503}) {
    Begin();
    const size_t sent = world_.sent();
    world_.Answer(shadow(), status, R"({"error":{"message":"no"}})", {{"retry-after", "1"}});
    world_.Advance(seconds(2));
    EXPECT_EQ(world_.sent(), sent) << status;
  }
  Begin();
  const size_t sent = world_.sent();
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  reset.provably_unsent = true;
  http::FakeTransport::End(shadow(), reset);
  world_.Advance(seconds(2));
  EXPECT_EQ(world_.sent(), sent);
  EXPECT_EQ(Count("failed"), 5);
  EXPECT_EQ(Cost(), 0);
  EXPECT_EQ(*shadow_.in_flight, 0);
  ExpectCallUntouched();
}

TEST_F(ShadowTest, AnAnswerThatIsNoneIsAFailureOfItsPlace) {
  for (int i = 0; i < 5; ++i) {
    Begin();
    world_.Advance(seconds(1));
    world_.Answer(shadow(), 200, R"({"error":{"message":"broken","type":"server_error"}})");
  }
  EXPECT_EQ(Count("failed"), 5);
  EXPECT_EQ(world_.model("b").At(world_.timers.Now()), routing::Condition::kOut);
}

TEST_F(ShadowTest, HasNoMoreTimeThanTheCallAndAMinute) {
  Begin(seconds(5));
  world_.Advance(seconds(5));
  EXPECT_EQ(Count("failed"), 1);
  Begin(seconds(600));
  http::PlayedTransfer& transfer = shadow();
  http::FakeTransport::Head(transfer, 200, "text/event-stream");
  for (int i = 0; i < 59; ++i) {
    http::FakeTransport::Body(transfer, ": wait\n\n");
    world_.Advance(seconds(1));
  }
  EXPECT_FALSE(transfer.over);
  world_.Advance(seconds(1));
  EXPECT_TRUE(transfer.cancelled);
  EXPECT_EQ(Count("failed"), 2);
}

TEST_F(ShadowTest, IsDroppedWhereThereIsNoRoom) {
  shadow_.most_in_flight = 2;
  for (int i = 0; i < 4; ++i) Begin();
  EXPECT_EQ(Count("full"), 2);
  EXPECT_EQ(*shadow_.in_flight, 2);
  world_.Answer(*world_.transport.transfers[1], 200, "{}");
  Begin();
  EXPECT_EQ(Count("full"), 2) << "there is room again";
}

TEST_F(ShadowTest, GivesWayToALoopThatIsBusyAndToMemory) {
  busy_ = true;
  Begin();
  EXPECT_EQ(Count("busy"), 1);
  busy_ = false;
  memory_.Add({}, 900 << 10);
  Begin();
  EXPECT_EQ(Count("memory"), 1);
  EXPECT_EQ(world_.sent(), 2u) << "the calls themselves";
  memory_.Add({}, -(900 << 10));
  Begin();
  shadows_->Shed();
  EXPECT_EQ(Count("memory"), 2);
  EXPECT_TRUE(shadow().cancelled);
  EXPECT_EQ(*shadow_.in_flight, 0);
}

TEST_F(ShadowTest, IsNotMadeOfACallThatTakesLongToCopy) {
  world_.rest.append(4u << 20, ' ');
  Begin();
  EXPECT_EQ(Count("excluded"), 1);
  EXPECT_EQ(world_.sent(), 1u);
}

TEST_F(ShadowTest, GoesToNoPlaceThatIsOut) {
  world_.endpoint("b").Drain(world_.timers.Now() + seconds(100), world_.timers.Now());
  Begin();
  EXPECT_EQ(Count("no_place"), 1);
  EXPECT_EQ(world_.sent(), 1u);
  EXPECT_EQ(*shadow_.in_flight, 0);
}

TEST_F(ShadowTest, DoesNotWaitForAKey) {
  for (const PoolKey& key : world_.upstream("b").keys().keys()) {
    key.state->CoolDown("model-b", seconds(2), world_.timers.Now());
  }
  Begin();
  EXPECT_EQ(Count("no_place"), 1);
  world_.Advance(seconds(5));
  EXPECT_EQ(world_.sent(), 1u);
}

TEST_F(ShadowTest, GoesOnWithoutItsCall) {
  Begin();
  calls_.front()->call->Cancel();
  EXPECT_FALSE(shadow().over);
  world_.Answer(shadow(), 200, '{' + std::string(kUsage) + '}');
  EXPECT_EQ(Count("answered"), 1);
}

TEST_F(ShadowTest, EndsWithWhoeverKeepsIt) {
  Begin();
  shadows_.reset();
  EXPECT_TRUE(shadow().cancelled);
  EXPECT_EQ(Count("cancelled"), 1);
  EXPECT_EQ(*shadow_.in_flight, 0);
  EXPECT_EQ(world_.endpoint("b").in_flight(), 0);
  EXPECT_EQ(memory_.held(), 0);
  ExpectCallUntouched();
}

TEST_F(ShadowTest, CountsItsBytes) {
  Begin();
  http::PlayedTransfer& transfer = shadow();
  world_.Head(transfer, 200);
  http::FakeTransport::Body(transfer, std::string(100'000, ' '));
  EXPECT_GE(memory_.held(), 100'000);
  memory_.Add({}, 1 << 20);  // nothing is left
  http::FakeTransport::Body(transfer, " ");
  EXPECT_TRUE(transfer.cancelled);
  EXPECT_EQ(Count("memory"), 1);
  EXPECT_EQ(memory_.held(), 1 << 20);
}

TEST(IsShadowed, KeepsThePercentageAndTheSide) {
  Random random(7);
  Shadow shadow;
  for (const int percent : {1, 5, 100}) {
    shadow.percent = percent;
    int shadowed = 0;
    for (int i = 0; i < 20'000; ++i) {
      const std::string id = random.Id();
      const bool is = IsShadowed(shadow, id);
      EXPECT_EQ(IsShadowed(shadow, id), is);
      shadowed += is;
    }
    EXPECT_NEAR(shadowed / 200.0, percent, 0.5);
  }
}

}  // namespace
}  // namespace inferwire::upstream
