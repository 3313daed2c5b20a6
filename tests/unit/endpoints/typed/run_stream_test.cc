// StreamRun: which request begins it, events by their names, each proper end, cuts and failures.
#include "inferwire/v1/assistants_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

using std::chrono::seconds;

std::string Said(std::string_view name, std::string_view json) {
  return "event: " + std::string(name) + "\ndata: " + std::string(json) + "\n\n";
}

std::string RunJson(std::string_view status, std::string_view more = "") {
  return R"({"id":"run_1","object":"thread.run","thread_id":"thread_1","status":")" +
         std::string(status) + "\"" + std::string(more) + "}";
}

std::string RunSaid(std::string_view status, std::string_view more = "") {
  return Said("thread.run." + std::string(status), RunJson(status, more));
}

constexpr std::string_view kDelta =
    R"({"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text",)"
    R"("text":{"value":"Hel","annotations":[]}}]}})";
constexpr std::string_view kDone = "event: done\ndata: [DONE]\n\n";

class RunStreams : public TypedTest {
 protected:
  static v1::StreamRunRequest New() {
    v1::StreamRunRequest request;
    request.set_thread_id("thread_1");
    request.mutable_params()->set_assistant_id("asst_1");
    return request;
  }
  void Begin(const v1::StreamRunRequest& request = New()) {
    Call("StreamRun", request);
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
  }
  using TypedTest::Body;
  void Body(const std::string& bytes) {
    http::FakeTransport::Body(transfer(), bytes);
    while (rpc.writing) rpc.CompleteWrite(true);
  }
  void Finish() {
    http::FakeTransport::End(transfer());
    RunToEnd();
  }
  v1::StreamRunResponse Message(size_t index) { return rpc.Written<v1::StreamRunResponse>(index); }
  v1::StreamRunResponse Last() { return Message(rpc.written.size() - 1); }
  std::string MetadataOf(const std::string& name) {
    const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*rpc.status);
    if (!info || !info->metadata().contains(name)) return "";
    return info->metadata().at(name);
  }
  void ExpectRefused(const v1::StreamRunRequest& request) {
    Call("StreamRun", request);
    RunToEnd();
    EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_TRUE(world.transport.transfers.empty());
  }
};

TEST_F(RunStreams, AsksForEventsOfANewRun) {
  Begin();
  EXPECT_EQ(Line(), "POST /threads/thread_1/runs");
  EXPECT_EQ(*transfer().request.body, R"({"stream":true,"assistant_id":"asst_1"})");
  EXPECT_THAT(transfer().request.headers, ::testing::Contains("OpenAI-Beta: assistants=v2"));
  rpc.Done(/*cancelled=*/true);
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(RunStreams, WithoutAThreadItMakesOne) {
  v1::StreamRunRequest request;
  request.mutable_params()->set_assistant_id("asst_1");
  (*request.mutable_params()->mutable_thread()->mutable_metadata())["a"] = "b";
  Begin(request);
  EXPECT_EQ(Line(), "POST /threads/runs");
  EXPECT_EQ(Body()["thread"]["metadata"]["a"], "b");
  rpc.Done(/*cancelled=*/true);
}

TEST_F(RunStreams, GoesOnWithTheOutputsOfItsTools) {
  v1::StreamRunRequest request;
  request.set_thread_id("thread_1");
  request.set_run_id("run_1");
  auto* output = request.mutable_tool_outputs()->add_tool_outputs();
  output->set_tool_call_id("call_1");
  output->set_output("22 C");
  Begin(request);
  EXPECT_EQ(Line(), "POST /threads/thread_1/runs/run_1/submit_tool_outputs");
  EXPECT_EQ(Body()["stream"], true);
  EXPECT_EQ(Body()["tool_outputs"][0]["output"], "22 C");
  Body(RunSaid("completed") + std::string(kDone));
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(RunStreams, GivesEveryEventByItsNameInOrder) {
  Begin();
  Body(Said("thread.created", R"({"id":"thread_1","object":"thread"})") + RunSaid("created") +
       Said("thread.run.step.created", R"({"id":"step_1","object":"thread.run.step"})") +
       Said("thread.run.step.delta", R"({"id":"step_1","delta":{"x":1}})") +
       Said("thread.message.created", R"({"id":"msg_1","object":"thread.message"})") +
       Said("thread.message.delta", kDelta) +
       Said("thread.message.completed", R"({"id":"msg_1","object":"thread.message"})") +
       Said("thread.brand_new", R"({"a":1})") +
       RunSaid("completed",
               R"(,"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5})") +
       std::string(kDone));
  Finish();
  ASSERT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  ASSERT_EQ(rpc.written.size(), 11u);
  EXPECT_TRUE(Message(0).has_started());
  EXPECT_EQ(Message(1).run_event().thread().thread_id(), "thread_1");
  EXPECT_EQ(Message(2).run_event().run().run_id(), "run_1");
  EXPECT_EQ(Message(3).run_event().step().step_id(), "step_1");
  EXPECT_EQ(Message(4).run_event().raw_json(), R"({"id":"step_1","delta":{"x":1}})");
  EXPECT_EQ(Message(5).run_event().message().message_id(), "msg_1");
  EXPECT_EQ(Message(6).run_event().message_delta().message_id(), "msg_1");
  EXPECT_EQ(Message(6).run_event().message_delta().delta().content_size(), 1);
  EXPECT_TRUE(Message(6).run_event().message_delta().extra().empty());
  EXPECT_EQ(Message(7).run_event().name(), "thread.message.completed");
  EXPECT_EQ(Message(8).run_event().raw_json(), R"({"a":1})");
  EXPECT_EQ(Message(9).run_event().run().status(), v1::RUN_STATUS_COMPLETED);
  EXPECT_EQ(Message(10).completed().run().usage().output_tokens(), 2);
  EXPECT_EQ(Message(10).completed().gateway().attempts(), 1);
}

TEST_F(RunStreams, WhatIsNoEventIsSkipped) {
  Begin();
  Body(Said("thread.run.created", "ping") + RunSaid("completed"));
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(rpc.written.size(), 3u);
}

TEST_F(RunStreams, ToNeedItsCallerIsAnEndToo) {
  for (const auto& [name, status] : {std::pair("requires_action", v1::RUN_STATUS_REQUIRES_ACTION),
                                     std::pair("incomplete", v1::RUN_STATUS_INCOMPLETE),
                                     std::pair("cancelled", v1::RUN_STATUS_CANCELLED)}) {
    FakeRpc one;
    const Endpoint endpoint(DescriptionOf("StreamRun"), world.metrics);
    world.Serve(endpoint, one, New());
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
    http::FakeTransport::Body(transfer(), RunSaid(name));
    http::FakeTransport::End(transfer());
    while (one.writing) one.CompleteWrite(true);
    EXPECT_EQ(one.Written<v1::StreamRunResponse>(2).completed().run().status(), status);
    one.CompleteFinish(true);
    one.Done(false);
    EXPECT_TRUE(one.status->ok()) << name;
  }
}

TEST_F(RunStreams, EndsAMomentAfterItsLastEventIfTheUpstreamDoesNot) {
  Begin();
  Body(RunSaid("completed"));
  EXPECT_FALSE(rpc.finishing);
  world.Advance(seconds(1));
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(RunStreams, AFailedRunIsShownAndThenAnErrorByItsCode) {
  Begin();
  Body(RunSaid("failed",
               R"(,"last_error":{"code":"rate_limit_exceeded","message":"Rate limit reached"})"));
  RunToEnd();
  EXPECT_EQ(Last().run_event().run().status(), v1::RUN_STATUS_FAILED);
  EXPECT_EQ(ReasonOf(*rpc.status), "RATE_LIMITED");
  EXPECT_EQ(MetadataOf("run_id"), "run_1");
  EXPECT_EQ(MetadataOf("thread_id"), "thread_1");
}

TEST_F(RunStreams, AFailureThatSaysNothingIsThatOfTheRun) {
  Begin();
  Body(RunSaid("failed", R"(,"last_error":{"code":"server_error","message":"it broke"})"));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_FAILED");
}

TEST_F(RunStreams, AnExpiredRunIsAnError) {
  Begin();
  Body(RunSaid("expired"));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_FAILED");
}

TEST_F(RunStreams, AnErrorEventEndsIt) {
  Begin();
  Body(RunSaid("in_progress") +
       Said("error", R"({"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}})"));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RATE_LIMITED");
  EXPECT_EQ(MetadataOf("run_id"), "run_1");
}

TEST_F(RunStreams, WithoutItsLastEventItIsCutAndSaysWhichRunMayGoOn) {
  Begin();
  Body(RunSaid("in_progress") + Said("thread.message.delta", kDelta));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(MetadataOf("thread_id"), "thread_1");
  EXPECT_EQ(MetadataOf("run_id"), "run_1");
}

TEST_F(RunStreams, DoneAloneIsNoEnd) {
  Begin();
  Body(RunSaid("in_progress") + std::string(kDone));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(RunStreams, ABrokenConnectionIsACut) {
  Begin();
  Body(RunSaid("in_progress") + Said("thread.message.delta", kDelta));
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  reset.bytes_received = 100;
  http::FakeTransport::End(transfer(), reset);
  RunToEnd();
  EXPECT_EQ(MetadataOf("run_id"), "run_1");
  EXPECT_EQ(world.transport.transfers.size(), 1u) << "a run is not made twice";
}

TEST_F(RunStreams, AnAnswerInOnePieceThatHasEndedIsOneEvent) {
  Begin();
  Body(RunJson("completed"));
  Finish();
  EXPECT_EQ(Message(1).run_event().name(), "thread.run.completed");
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(RunStreams, AnAnswerInOnePieceThatGoesOnIsACut) {
  Begin();
  Body(RunJson("queued"));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(MetadataOf("run_id"), "run_1");
}

TEST_F(RunStreams, NothingIsReadWhileTheCallerDoesNot) {
  Begin();
  std::string many;
  for (int i = 0; i < 500; ++i) many += Said("thread.message.delta", kDelta);
  http::FakeTransport::Body(transfer(), many);
  EXPECT_FALSE(http::FakeTransport::Body(transfer(), Said("thread.message.delta", kDelta)));
  rpc.Done(/*cancelled=*/true);
  while (rpc.writing) rpc.CompleteWrite(false);
}

TEST_F(RunStreams, ValidateOnlySendsNothing) {
  v1::StreamRunRequest request = New();
  request.mutable_options()->set_validate_only(true);
  Call("StreamRun", request);
  RunToEnd();
  EXPECT_TRUE(world.transport.transfers.empty());
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_TRUE(Message(0).has_completed());
}

TEST_F(RunStreams, WantsExactlyOneOfParamsAndOutputs) {
  v1::StreamRunRequest request;
  request.set_thread_id("thread_1");
  ExpectRefused(request);
}

TEST_F(RunStreams, ANewRunHasNoIdYet) {
  v1::StreamRunRequest request = New();
  request.set_run_id("run_1");
  ExpectRefused(request);
}

TEST_F(RunStreams, OutputsNeedTheirRun) {
  v1::StreamRunRequest request;
  request.set_thread_id("thread_1");
  request.mutable_tool_outputs();
  ExpectRefused(request);
}

TEST_F(RunStreams, AShortHeartbeatIsRefused) {
  v1::StreamRunRequest request = New();
  request.mutable_heartbeat_interval()->set_nanos(1);
  ExpectRefused(request);
}

TEST_F(RunStreams, AUnaryRunCanMakeItsThreadToo) {
  v1::CreateRunRequest request;
  request.mutable_params()->set_assistant_id("asst_1");
  Call("CreateRun", request);
  EXPECT_EQ(Line(), "POST /threads/runs");
  Answer(RunJson("queued"));
  EXPECT_EQ(rpc.Written<v1::CreateRunResponse>(0).run().thread_id(), "thread_1");
}

}  // namespace
}  // namespace inferwire::rpc
