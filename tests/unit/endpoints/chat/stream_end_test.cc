// How a stream ends: properly, cut, or with an error inside.
#include <gtest/gtest.h>

#include "unit/rpc/operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;

TEST_F(OperationCallTest, ReportsACutStreamAsAnErrorAfterTheTextThatCame) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("partial"));
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_EQ(Event(1).chunk().choices(0).delta().content(), "partial");
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(rpc.trailers["grpc-retry-pushback-ms"], "-1");
}

TEST_F(OperationCallTest, TakesDoneWithWhiteSpaceAroundItForTheEnd) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("all"));
  std::string last = LastChunk();
  last.insert(last.rfind("]") + 1, " ");
  FakeTransport::Body(transfer(), last);
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_TRUE(Event(rpc.written.size() - 1).has_completed());
}

TEST_F(OperationCallTest, TakesDoneWithoutAFinishReasonForACutStream) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("partial") + "data: [DONE]\n\n");
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(OperationCallTest, DoesNotWaitLongForTheEndAfterDone) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("all") + LastChunk());
  FakeTransport::Body(transfer(), "\n");
  EXPECT_FALSE(transfer().over) << "the connection may be used again";
  world.Advance(std::chrono::seconds(1));
  EXPECT_TRUE(transfer().cancelled);
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(OperationCallTest, AStreamOverTheLimitSaysSoWithTheCodeOfItsReason) {
  world.answer_limits.stream_bytes = 1000;
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("some"));
  FakeTransport::Body(transfer(), std::string(1000, '\n'));
  EXPECT_TRUE(transfer().cancelled);
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_TOO_LARGE");
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INTERNAL);
}

TEST_F(OperationCallTest, EndsWithTheErrorThatAnEventBrings) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Hello();
  request.mutable_options()->set_max_retries(0);
  world.Stream(rpc, request);
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), "data: {\"error\":{\"message\":\"m\",\"code\":429}}\n\n");
  RunToEnd();
  EXPECT_TRUE(rpc.written.empty());
  EXPECT_EQ(ReasonOf(*rpc.status), "RATE_LIMITED");
}

TEST_F(OperationCallTest, TakesAnEventNamedErrorForOneWhateverItsData) {
  for (const char* data : {"{\"message\":\"m\"}", "it broke", "[1]", "{}"}) {
    SCOPED_TRACE(data);
    FakeRpc caller;
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Hello();
    world.Stream(caller, request);
    FakeTransport::Head(transfer(), 200, "text/event-stream");
    FakeTransport::Body(transfer(), "event: error\ndata: " + std::string(data) + "\n\n");
    while (caller.writing) caller.CompleteWrite(true);
    ASSERT_TRUE(caller.finishing);
    EXPECT_EQ(ReasonOf(*caller.status), "UPSTREAM_ERROR");
    caller.CompleteFinish(true);
    caller.Done(false);
  }
  rpc.wire_alive = false;
}

TEST_F(OperationCallTest, KeepsWhatStandsBesideAnError) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("one") +
                                      R"(data: {"id":"c1","error":{"code":502,"message":"gone"},)"
                                      R"("choices":[{"index":0,"delta":{"content":" two"},)"
                                      R"("finish_reason":"error"}],"usage":{"prompt_tokens":7}})"
                                      "\n\n");
  RunToEnd();
  ASSERT_EQ(rpc.written.size(), 3u);
  EXPECT_EQ(Event(2).chunk().choices(0).delta().content(), " two");
  EXPECT_EQ(Event(2).chunk().usage().input_tokens(), 7);
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_NE(rpc.status->error_message().find("gone"), std::string::npos);
}

TEST_F(OperationCallTest, FailsIfEveryChoiceOfAnAnswerFailed) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), R"({"id":"c1","choices":[{"index":0,"error":{"code":502,)"
                                  R"("message":"gone"},"message":{"role":"assistant",)"
                                  R"("content":"half"},"finish_reason":null}]})");
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_OVERLOADED");
}

TEST_F(OperationCallTest, AnswersIfOnlyOneOfTheChoicesFailed) {
  StartUnary();
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), R"({"id":"c1","choices":[{"index":0,"error":{"code":502,)"
                                  R"("message":"gone"},"message":{"role":"assistant"}},{"index":1,)"
                                  R"("message":{"role":"assistant","content":"whole"},)"
                                  R"("finish_reason":"stop"}]})");
  FakeTransport::End(transfer());
  RunToEnd();
  ASSERT_TRUE(rpc.status->ok());
  const auto completion = rpc.Written<v1::CompleteResponse>(0).completion();
  EXPECT_EQ(completion.choices(0).extra().count("error"), 1u);
  EXPECT_EQ(completion.choices(1).message().content(), "whole");
}

}  // namespace
}  // namespace inferwire::rpc
