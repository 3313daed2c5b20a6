#include "rpc/operation_call.h"

#include <gtest/gtest.h>

#include "operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;

TEST_F(OperationCallTest, AnswersAUnaryCallWithOneMessage) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  RunToEnd();
  ASSERT_EQ(rpc.written.size(), 1u);
  const auto response = rpc.Written<v1::CompleteResponse>(0);
  EXPECT_EQ(response.completion().choices(0).message().content(), "Hi");
  EXPECT_EQ(response.gateway().upstream_request_id(), "req_upstream");
  EXPECT_EQ(response.gateway().attempts(), 1);
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(OperationCallTest, CountsTheMessagesThatTheCallerWasGiven) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_THAT(world.metrics.Expose(),
              ::testing::ContainsRegex("grpc_server_msg_sent_total\\{[^}]*Complete[^}]*\\} 1\n"));
}

TEST_F(OperationCallTest, SendsTheModelThatAnAliasStandsFor) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_params()->set_model("fast");
  world.Complete(rpc, request);
  EXPECT_NE(transfer().request.body->find(R"("model":"gpt-4.1-mini")"), std::string::npos);
  rpc.Done(true);
}

TEST_F(OperationCallTest, StreamsStartedChunksAndCompleted) {
  StartStream();
  EXPECT_NE(transfer().request.body->find(R"("include_usage":true)"), std::string::npos);
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  EXPECT_TRUE(rpc.written.empty()) << "nothing is sent before upstream's first event";
  FakeTransport::Body(transfer(), Chunk("He") + Chunk("llo") + LastChunk());
  FakeTransport::End(transfer());
  RunToEnd();
  ASSERT_GE(rpc.written.size(), 5u);
  EXPECT_TRUE(Event(0).has_started());
  EXPECT_EQ(Event(1).chunk().choices(0).delta().content(), "He");
  EXPECT_EQ(Event(1).chunk().id(), "c1");
  EXPECT_FALSE(Event(2).chunk().has_id()) << "an unchanged id comes once";
  const auto last = Event(rpc.written.size() - 1);
  ASSERT_TRUE(last.has_completed());
  EXPECT_EQ(last.completed().usage().output_tokens(), 2);
  EXPECT_EQ(last.completed().completion().choices(0).message().content(), "Hello");
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(OperationCallTest, RefusesARequestOfTooManyFieldsBeforeItIsParsed) {
  world.limits.request_fields = 1000;
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  for (int i = 0; i < 2000; ++i) request.mutable_params()->add_messages();
  world.Complete(rpc, request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(*rpc.status), "REQUEST_TOO_LARGE");
  const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*rpc.status);
  EXPECT_EQ(info->metadata().at("limit_fields"), "1000");
  EXPECT_TRUE(world.transport.transfers.empty());
}

TEST_F(OperationCallTest, RefusesAnInvalidRequestWithoutCallingUpstream) {
  v1::CompleteRequest request;
  request.mutable_params()->set_model("gpt-4.1-mini");
  world.Complete(rpc, request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(rpc.status->error_message().find("params.messages"), std::string::npos);
  EXPECT_TRUE(world.transport.transfers.empty());
}

TEST_F(OperationCallTest, StopsUpstreamWhenTheCallerCancelsBeforeTheFirstByte) {
  StartUnary();
  rpc.Done(true);
  EXPECT_TRUE(transfer().cancelled);
  EXPECT_FALSE(rpc.status.has_value());
}

TEST_F(OperationCallTest, StopsUpstreamWhenTheCallerCancelsDuringAStream) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("He"));
  rpc.Done(true);
  EXPECT_TRUE(transfer().cancelled);
  EXPECT_TRUE(rpc.wire_alive) << "a write is in flight";
  rpc.CompleteWrite(false);
  EXPECT_FALSE(rpc.wire_alive);
}

TEST_F(OperationCallTest, EndsWithDeadlineExceededWhenTheDeadlinePasses) {
  rpc.deadline = world.clock.WallNow() + std::chrono::seconds(10);
  StartUnary();
  world.Advance(std::chrono::seconds(9));
  EXPECT_FALSE(transfer().over);
  world.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(transfer().cancelled);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(ReasonOf(*rpc.status), "DEADLINE");
}

TEST_F(OperationCallTest, NeverCallsUpstreamWhenTheDeadlineHasPassed) {
  rpc.deadline = world.clock.WallNow() - std::chrono::seconds(1);
  StartUnary();
  RunToEnd();
  EXPECT_TRUE(world.transport.transfers.empty());
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(OperationCallTest, GivesUpOnAnUpstreamThatSendsNoFirstByte) {
  StartUnary();
  world.Advance(std::chrono::seconds(60));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_TIMEOUT");
}

TEST_F(OperationCallTest, GivesUpOnAStreamThatStalls) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("He"));
  world.Advance(std::chrono::seconds(59));
  FakeTransport::Body(transfer(), Chunk("llo"));
  world.Advance(std::chrono::seconds(59));
  EXPECT_FALSE(transfer().over);
  world.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(transfer().cancelled);
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_TIMEOUT");
}

TEST_F(OperationCallTest, PausesUpstreamForASlowReaderAndResumesAtAQuarter) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  int sent = 0;
  while (FakeTransport::Body(transfer(), Chunk("x"))) ASSERT_LT(++sent, 1000);
  EXPECT_LE(sent, 64);
  // The caller's slowness is not upstream's: no stall is reported while paused.
  world.Advance(std::chrono::seconds(300));
  EXPECT_FALSE(transfer().over);
  for (int i = 0; i < 40; ++i) rpc.CompleteWrite(true);
  EXPECT_TRUE(transfer().paused);
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_FALSE(transfer().paused);
  FakeTransport::Body(transfer(), LastChunk());
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(OperationCallTest, RepeatsAnAttemptThatNeverLeftTheMachine) {
  StartUnary();
  http::Outcome refused;
  refused.failure = http::Failure::kConnect;
  refused.provably_unsent = true;
  FakeTransport::End(transfer(), refused);
  ASSERT_EQ(world.transport.transfers.size(), 1u);
  world.Advance(std::chrono::seconds(1));
  ASSERT_EQ(world.transport.transfers.size(), 2u);
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok());
  EXPECT_EQ(rpc.Written<v1::CompleteResponse>(0).gateway().attempts(), 2);
}

TEST_F(OperationCallTest, NeverRepeatsWhatMayHaveBeenBilled) {
  StartUnary();
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  FakeTransport::End(transfer(), reset);
  world.Advance(std::chrono::seconds(30));
  EXPECT_EQ(world.transport.transfers.size(), 1u);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(rpc.trailers["grpc-retry-pushback-ms"], "-1");
}

TEST_F(OperationCallTest, GivesUpAfterTheAllowedRetries) {
  StartUnary();
  http::Outcome refused;
  refused.failure = http::Failure::kConnect;
  refused.provably_unsent = true;
  for (size_t attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(world.transport.transfers.size(), attempt);
    FakeTransport::End(transfer(), refused);
    world.Advance(std::chrono::seconds(8));
  }
  EXPECT_EQ(world.transport.transfers.size(), 3u);
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_UNREACHABLE");
}

TEST_F(OperationCallTest, TellsWhyTheFirstAttemptFailedToo) {
  StartUnary();
  http::Outcome unresolved;
  unresolved.failure = http::Failure::kResolve;
  unresolved.message = "no such name";
  unresolved.provably_unsent = true;
  FakeTransport::End(transfer(), unresolved);
  world.Advance(std::chrono::seconds(8));
  ASSERT_EQ(world.transport.transfers.size(), 2u);
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  FakeTransport::End(transfer(), reset);
  RunToEnd();
  const std::string message = rpc.status->error_message();
  EXPECT_NE(message.find("ended before the answer was complete; attempt 1: "), std::string::npos)
      << message;
  EXPECT_NE(message.find("no such name"), std::string::npos) << message;
}

TEST_F(OperationCallTest, WantOfDescriptorsIsAnOverloadThatMayBeRepeated) {
  StartUnary();
  http::Outcome none_left;
  none_left.failure = http::Failure::kDescriptors;
  none_left.message = "out of descriptors";
  none_left.provably_unsent = true;
  for (size_t attempt = 1; attempt <= 3; ++attempt) {
    FakeTransport::End(transfer(), none_left);
    world.Advance(std::chrono::seconds(8));
  }
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(*rpc.status), "GATEWAY_OVERLOADED");
  EXPECT_EQ(rpc.trailers["grpc-retry-pushback-ms"], "1000");
}

TEST_F(OperationCallTest, StopsWaitingForARetryWhenTheCallerCancels) {
  StartUnary();
  http::Outcome refused;
  refused.failure = http::Failure::kConnect;
  refused.provably_unsent = true;
  FakeTransport::End(transfer(), refused);
  rpc.Done(true);
  EXPECT_FALSE(rpc.wire_alive);
  world.Advance(std::chrono::seconds(10));
  EXPECT_EQ(world.transport.transfers.size(), 1u);
}

TEST_F(OperationCallTest, CutEndsAStreamWithItsReason) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("He"));
  Error draining;
  draining.code = Code::kUnavailable;
  draining.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  (*world.live.begin())->Cut(draining);
  EXPECT_TRUE(transfer().cancelled);
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "GATEWAY_DRAINING");
}

TEST_F(OperationCallTest, SendsHeartbeatsOnlyAfterTheFirstEvent) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_stream()->mutable_heartbeat_interval()->set_seconds(5);
  world.Stream(rpc, request);
  world.Advance(std::chrono::seconds(20));
  EXPECT_TRUE(rpc.written.empty());
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("He"));
  while (rpc.writing) rpc.CompleteWrite(true);
  const size_t before = rpc.written.size();
  world.Advance(std::chrono::seconds(5));
  ASSERT_EQ(rpc.written.size(), before + 1);
  EXPECT_TRUE(Event(before).has_heartbeat());
  rpc.Done(true);
  while (rpc.writing) rpc.CompleteWrite(false);
}

TEST_F(OperationCallTest, ValidateOnlyCallsNothing) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_options()->set_validate_only(true);
  world.Complete(rpc, request);
  RunToEnd();
  EXPECT_TRUE(world.transport.transfers.empty());
  EXPECT_TRUE(rpc.status->ok());
  EXPECT_EQ(rpc.Written<v1::CompleteResponse>(0).gateway().upstream(), "fake");
}

TEST_F(OperationCallTest, RefusesARequestOverTheLimitWithTheLimit) {
  world.limits.request_bytes = 100;
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_params()->mutable_messages(0)->set_content(std::string(200, 'x'));
  world.Complete(rpc, request);
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "REQUEST_TOO_LARGE");
}

TEST_F(OperationCallTest, NamesTheFieldThatIsNotUtf8) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_params()->mutable_messages(0)->set_content("marker");
  std::string bytes = request.SerializeAsString();
  bytes.replace(bytes.find("marker"), 2, "\xff\xfe");
  grpc::Slice slice(bytes);
  rpc.request = grpc::ByteBuffer(&slice, 1);
  world.Serve(world.complete, rpc);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_NE(rpc.status->error_message().find("params.messages[0].content"), std::string::npos)
      << rpc.status->error_message();
}

}  // namespace
}  // namespace inferwire::rpc
