// Calls that fail and may be billed all the same: what they cost as far as it is known, else
// estimated, and never among the exact costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>

#include "unit/rpc/operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using http::PlayedTransfer;
using std::chrono::seconds;

// "Hello" in one message: 1 token, 3 + 1 of its frame, 3 before the answer.
constexpr const char* kInput = "8";

struct Case {
  const char* name;
  bool stream;
  // What happens once the request is sent.
  std::function<void(World& world, PlayedTransfer& transfer, FakeRpc& rpc)> play;
  const char* reason;  // empty: not billed
  const char* input = kInput;
  const char* output = "0";
  const char* estimate_of = "INPUT";
};

std::string Sse(const std::string& json) { return "data: " + json + "\n\n"; }

std::vector<Case> Cases() {
  const auto stream_of = [](const std::string& text) {
    return [text](World&, PlayedTransfer& transfer, FakeRpc&) {
      FakeTransport::Head(transfer, 200, "text/event-stream");
      FakeTransport::Body(transfer, text);
      FakeTransport::End(transfer);
    };
  };
  const auto answer_of = [](const std::string& text, bool whole = true) {
    return [text, whole](World&, PlayedTransfer& transfer, FakeRpc&) {
      FakeTransport::Head(transfer, 200, "application/json");
      FakeTransport::Body(transfer, text);
      http::Outcome outcome;
      if (!whole) outcome.failure = http::Failure::kReset;
      FakeTransport::End(transfer, outcome);
    };
  };
  const std::string usage =
      R"("usage":{"prompt_tokens":30,"completion_tokens":20,"total_tokens":50})";
  const std::string error = R"("error":{"message":"no","type":"server_error"})";
  return {
      {"an error in a 200 with usage", false, answer_of("{" + error + "," + usage + "}"),
       "UPSTREAM_ERROR", "30", "20", ""},
      {"an error in a 200 without usage", false, answer_of("{" + error + "}"), ""},
      {"an error event with usage", true, stream_of(Sse("{" + error + "," + usage + "}")),
       "STREAM_TRUNCATED", "30", "20", ""},
      {"an error event before output", true, stream_of(Sse("{" + error + "}")), ""},
      {"an error event after output", true, stream_of(Chunk("Hi") + Sse("{" + error + "}")),
       "STREAM_TRUNCATED", kInput, "1", "INPUT_AND_OUTPUT"},
      {"an error in one piece to a stream, with usage", true,
       answer_of("{" + error + "," + usage + "}"), "UPSTREAM_ERROR", "30", "20", ""},
      {"an answer that was cut", false, answer_of("{\"id\":\"c1\",\"choi", false),
       "UPSTREAM_UNREACHABLE", kInput, "4", "INPUT_AND_OUTPUT"},
      {"an answer that cannot be read", false, answer_of("<html>"), "UPSTREAM_PROTOCOL"},
      {"a stream that was cut", true, stream_of(Chunk("one two three four")), "STREAM_TRUNCATED",
       kInput, "5", "INPUT_AND_OUTPUT"},
      {"a stream that was cut after running usage", true,
       stream_of(Chunk("a") + Sse(R"({"id":"c1","choices":[],)" + usage + "}") + Chunk("b")),
       "STREAM_TRUNCATED", "30", "20", ""},
      {"a stream whose usage says less than came", true,
       stream_of(
           Sse(R"({"id":"c1","choices":[],"usage":{"prompt_tokens":30,"completion_tokens":1}})") +
           Chunk("one two three four")),
       "STREAM_TRUNCATED", "30", "5", "OUTPUT"},
      {"a stream that stalls", true,
       [](World& world, PlayedTransfer& transfer, FakeRpc&) {
         FakeTransport::Head(transfer, 200, "text/event-stream");
         FakeTransport::Body(transfer, Chunk("Hi"));
         world.Advance(seconds(61));
       },
       "UPSTREAM_TIMEOUT", kInput, "1", "INPUT_AND_OUTPUT"},
      {"a unary deadline after sending", false,
       [](World& world, PlayedTransfer&, FakeRpc&) { world.Advance(seconds(100'000)); },
       "DEADLINE"},
      {"a connection that ends before the answer", false,
       [](World&, PlayedTransfer& transfer, FakeRpc&) {
         http::Outcome outcome;
         outcome.failure = http::Failure::kReset;
         FakeTransport::End(transfer, outcome);
       },
       "UPSTREAM_UNREACHABLE"},
      {"a request that was never sent", false,
       [](World& world, PlayedTransfer& transfer, FakeRpc&) {
         transfer.sent = false;
         world.Advance(seconds(100'000));
       },
       ""},
      {"a proxy that gave up waiting", false,
       [](World&, PlayedTransfer& transfer, FakeRpc&) {
         FakeTransport::Head(transfer, 504, "text/html");
         FakeTransport::Body(transfer, "<html>Gateway Time-out</html>");
         FakeTransport::End(transfer);
       },
       "UPSTREAM_TIMEOUT"},
      {"a refusal", false,
       [](World&, PlayedTransfer& transfer, FakeRpc&) {
         FakeTransport::Head(transfer, 400, "application/json");
         FakeTransport::Body(transfer, R"({"error":{"message":"no"}})");
         FakeTransport::End(transfer);
       },
       ""},
  };
}

std::map<std::string, std::string> MetadataOf(const grpc::Status& status) {
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(status);
  if (!info) return {};
  return {info->metadata().begin(), info->metadata().end()};
}

// The values of all samples of a family, added up.
double Sum(const telemetry::Metrics& metrics, const std::string& family) {
  std::istringstream text(metrics.Expose());
  double sum = 0;
  for (std::string line; std::getline(text, line);) {
    const bool is_sample = line.starts_with(family + "{") || line.starts_with(family + " ");
    if (is_sample) sum += std::stod(line.substr(line.rfind(' ') + 1));
  }
  return sum;
}

class MaybeBilledTest : public ::testing::TestWithParam<Case> {};

TEST_P(MaybeBilledTest, ShowsApartWhatItMayCost) {
  const Case& given = GetParam();
  World world;
  FakeRpc rpc;
  if (given.stream) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Hello();
    world.Stream(rpc, request);
  } else {
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    world.Complete(rpc, request);
  }
  given.play(world, *world.transport.transfers.back(), rpc);
  while (rpc.writing) rpc.CompleteWrite(true);
  ASSERT_TRUE(rpc.status) << given.name;
  EXPECT_FALSE(rpc.status->ok());
  auto metadata = MetadataOf(*rpc.status);
  EXPECT_EQ(metadata["maybe_billed"], given.reason) << rpc.status->error_message();
  EXPECT_EQ(Sum(world.metrics, "inferwire_cost_usd_total"), 0);
  EXPECT_EQ(Sum(world.metrics, "inferwire_unpriced_requests_total"), 0);
  const bool billed = given.reason[0] != '\0';
  EXPECT_EQ(Sum(world.metrics, "inferwire_maybe_billed_requests_total"), billed ? 1 : 0);
  if (billed) {
    EXPECT_EQ(metadata["maybe_billed_input_tokens"], given.input);
    EXPECT_EQ(metadata["maybe_billed_output_tokens"], given.output);
    EXPECT_EQ(metadata["maybe_billed_estimate_of"], given.estimate_of);
    const int64_t picousd =
        std::stoll(given.input) * 2'000'000 + std::stoll(given.output) * 8'000'000;
    EXPECT_EQ(metadata["maybe_billed_picousd"], std::to_string(picousd));
    EXPECT_DOUBLE_EQ(Sum(world.metrics, "inferwire_maybe_billed_cost_usd_total"),
                     static_cast<double>(picousd) * 1e-12);
  }
  if (rpc.finishing) rpc.CompleteFinish(true);
  if (rpc.wire_alive) rpc.Done(false);
}

INSTANTIATE_TEST_SUITE_P(Failures, MaybeBilledTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
                           }
                           return name;
                         });

class CancelledBill : public OperationCallTest {
 protected:
  CancelledBill() { world.log.Configure({telemetry::LogLevel::kInfo, true}); }
};

TEST_F(CancelledBill, IsInTheMetricsAndTheLog) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("Hi"));
  while (rpc.writing) rpc.CompleteWrite(true);
  rpc.Done(true);
  EXPECT_DOUBLE_EQ(Sum(world.metrics, "inferwire_maybe_billed_cost_usd_total"), 24e-6);
  ASSERT_EQ(world.log_lines.size(), 1u);
  EXPECT_THAT(world.log_lines[0], ::testing::HasSubstr(R"("maybe_billed":"CANCELLED")"));
  EXPECT_THAT(world.log_lines[0], ::testing::HasSubstr(R"("maybe_billed_picousd":24000000)"));
  EXPECT_THAT(world.log_lines[0], ::testing::HasSubstr(R"("maybe_billed_estimated":true)"));
  EXPECT_THAT(world.log_lines[0], ::testing::Not(::testing::HasSubstr("\"cost_picousd\"")));
}

TEST_F(CancelledBill, OfALongRequestIsByItsBytesAndWithinTheWindow) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_params()->mutable_messages(0)->set_content(std::string(1 << 20, 'x'));
  world.Complete(rpc, request);
  rpc.deadline = world.clock.WallNow();
  rpc.Done(true);
  EXPECT_DOUBLE_EQ(Sum(world.metrics, "inferwire_maybe_billed_cost_usd_total"), 100'000 * 2e-6);
}

TEST_F(CancelledBill, IsNoneOfACallThatSucceeds) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_EQ(Sum(world.metrics, "inferwire_maybe_billed_requests_total"), 0);
  EXPECT_GT(Sum(world.metrics, "inferwire_cost_usd_total"), 0);
  EXPECT_THAT(world.log_lines.at(0), ::testing::Not(::testing::HasSubstr("maybe_billed")));
}

TEST_F(CancelledBill, OfAStreamOfManyIsTheSumOfItsItems) {
  world.Many(rpc);
  v1::CompleteManyRequest message;
  message.mutable_config()->set_max_in_flight(4);
  rpc.to_read.push_back(Serialize(message));
  for (const char* id : {"a", "b"}) {
    message.mutable_item()->set_item_id(id);
    *message.mutable_item()->mutable_params() = Hello();
    rpc.to_read.push_back(Serialize(message));
  }
  while (rpc.CanRead()) rpc.CompleteRead();
  ASSERT_EQ(world.transport.running(), 2u);
  while (rpc.writing) rpc.CompleteWrite(true);
  rpc.Done(true);
  if (rpc.reading) rpc.CompleteRead();
  EXPECT_EQ(Sum(world.metrics, "inferwire_maybe_billed_requests_total"), 2);
  ASSERT_EQ(world.log_lines.size(), 1u);
  EXPECT_THAT(world.log_lines[0], ::testing::HasSubstr(R"("maybe_billed_picousd":32000000)"));
}

}  // namespace
}  // namespace inferwire::rpc
