// StreamResponse: events in order, each proper end, cuts, and going on where a stream broke.
#include "inferwire/v1/responses_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Said(std::string_view type, int number, std::string_view members = "") {
  std::string event = "event: " + std::string(type) + "\ndata: {\"type\":\"" + std::string(type) +
                      "\",\"sequence_number\":" + std::to_string(number);
  if (!members.empty()) event += "," + std::string(members);
  return event + "}\n\n";
}

std::string Response(std::string_view status, std::string_view more = "") {
  return R"("response":{"id":"resp_1","object":"response","model":"gpt-4.1-mini","status":")" +
         std::string(status) + "\"" + std::string(more) + "}";
}

std::string Delta(int number, std::string_view text) {
  return Said(
      "response.output_text.delta", number,
      R"("item_id":"msg_1","output_index":0,"content_index":0,"obfuscation":"xx","delta":")" +
          std::string(text) + "\"");
}

constexpr std::string_view kUsage =
    R"(,"output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":)"
    R"("output_text","text":"Hello"}]}],"usage":{"input_tokens":3,"output_tokens":2,)"
    R"("total_tokens":5})";

class ResponseStream : public TypedTest {
 protected:
  void Begin(bool background = false) {
    v1::StreamResponseRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->set_input("Hi");
    if (background) request.mutable_params()->set_background(true);
    Call("StreamResponse", request);
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
  }
  void Body(const std::string& bytes) {
    http::FakeTransport::Body(transfer(), bytes);
    while (rpc.writing) rpc.CompleteWrite(true);
  }
  void Finish() {
    http::FakeTransport::End(transfer());
    RunToEnd();
  }
  v1::StreamResponseResponse Message(size_t index) {
    return rpc.Written<v1::StreamResponseResponse>(index);
  }
  std::string MetadataOf(const std::string& name) {
    const auto info = inferwire::testing_support::DetailOf<google::rpc::ErrorInfo>(*rpc.status);
    if (!info || !info->metadata().contains(name)) return "";
    return info->metadata().at(name);
  }
};

TEST_F(ResponseStream, GivesEveryEventInOrderAndEndsWithCompleted) {
  Begin();
  EXPECT_EQ(*transfer().request.body,
            R"({"model":"gpt-4.1-mini","stream":true,)"
            R"("stream_options":{"include_obfuscation":false},"input":"Hi"})");
  Body(Said("response.created", 0, Response("in_progress")) + Delta(1, "Hel") + Delta(2, "lo") +
       Said("response.completed", 3, Response("completed", kUsage)));
  Finish();
  ASSERT_EQ(rpc.written.size(), 6u);
  EXPECT_TRUE(Message(0).has_started());
  EXPECT_EQ(Message(1).response_event().type(), "response.created");
  EXPECT_EQ(Message(2).response_event().item_id(), "msg_1");
  EXPECT_FALSE(Message(3).response_event().has_item_id()) << "the same as before";
  EXPECT_EQ(Message(3).response_event().delta(), "lo");
  EXPECT_TRUE(Message(3).response_event().extra().empty());
  EXPECT_EQ(Message(4).response_event().response().output_text(), "Hello");
  const auto completed = Message(5).completed();
  EXPECT_EQ(completed.response_id(), "resp_1");
  EXPECT_EQ(completed.status(), v1::RESPONSE_STATUS_COMPLETED);
  EXPECT_EQ(completed.usage().output_tokens(), 2);
  EXPECT_EQ(completed.gateway().cost().total_picousd(), 3 * 2'000'000 + 2 * 8'000'000);
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(ResponseStream, EndsAMomentAfterItsLastEventIfTheUpstreamDoesNot) {
  Begin();
  Body(Said("response.completed", 0, Response("completed", kUsage)));
  EXPECT_FALSE(rpc.finishing);
  world.Advance(seconds(1));
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(ResponseStream, IncompleteAndCancelledAreResults) {
  for (const auto& [name, status] : {std::pair("incomplete", v1::RESPONSE_STATUS_INCOMPLETE),
                                     std::pair("cancelled", v1::RESPONSE_STATUS_CANCELLED)}) {
    FakeRpc one;
    v1::StreamResponseRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->set_input("Hi");
    const Endpoint endpoint(DescriptionOf("StreamResponse"), world.metrics);
    world.Serve(endpoint, one, request);
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
    http::FakeTransport::Body(transfer(), Said("response." + std::string(name), 0, Response(name)));
    http::FakeTransport::End(transfer());
    while (one.writing) one.CompleteWrite(true);
    EXPECT_EQ(one.Written<v1::StreamResponseResponse>(2).completed().status(), status);
    one.CompleteFinish(true);
    one.Done(false);
    EXPECT_TRUE(one.status->ok());
  }
}

TEST_F(ResponseStream, WithoutItsLastEventItIsCutAndSaysWhatIsNeededToGoOn) {
  Begin();
  Body(Said("response.created", 0, Response("in_progress")) + Delta(1, "Hel"));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(MetadataOf("response_id"), "resp_1");
  EXPECT_EQ(MetadataOf("last_sequence_number"), "1");
  EXPECT_EQ(MetadataOf("resumable"), "false");
}

TEST_F(ResponseStream, AResponseThatFailsIsShownAndThenAnError) {
  Begin();
  Body(Said("response.created", 0, Response("in_progress")) +
       Said("response.failed", 1,
            Response("failed", R"(,"error":{"code":"server_error","message":"it broke"})")));
  RunToEnd();
  EXPECT_EQ(Message(2).response_event().type(), "response.failed");
  EXPECT_EQ(ReasonOf(*rpc.status), "RESPONSE_FAILED");
  EXPECT_EQ(MetadataOf("response_id"), "resp_1");
}

TEST_F(ResponseStream, AnErrorEventEndsItByItsCodeAfterTheFailedResponse) {
  Begin();
  Body(Said("response.created", 0, Response("in_progress")) +
       "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"tokens\",\"code\":"
       "\"rate_limit_exceeded\",\"message\":\"Rate limit reached\"}}\n\n" +
       Said("response.failed", 2,
            Response("failed", R"(,"error":{"code":"rate_limit_exceeded","message":"x"})")));
  RunToEnd();
  EXPECT_EQ(Message(2).response_event().type(), "response.failed");
  EXPECT_EQ(ReasonOf(*rpc.status), "RATE_LIMITED");
}

TEST_F(ResponseStream, AnErrorEventAloneEndsItAfterASecond) {
  Begin();
  Body(Said("response.created", 0, Response("in_progress")) +
       "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":"
       "\"Rate limit reached\",\"param\":null}\n\n");
  EXPECT_FALSE(rpc.finishing);
  world.Advance(seconds(1));
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "RATE_LIMITED");
}

TEST_F(ResponseStream, AnEventThatIsCutInTheMiddleIsACutStream) {
  Begin();
  const std::string next = Delta(2, "lo");
  Body(Said("response.created", 0, Response("in_progress")) + Delta(1, "Hel") +
       next.substr(0, next.size() / 2));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(MetadataOf("last_sequence_number"), "1");
}

TEST_F(ResponseStream, AWholeEventThatIsNoJsonIsTheUpstreamsFault) {
  Begin();
  Body("data: {\"type\":\n\n");
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

TEST_F(ResponseStream, AnEventOfAnUnknownTypeSurvives) {
  Begin();
  Body(Said("response.brand_new.delta", 0, R"("delta":"x","surprise":{"a":[1]})") +
       Said("response.completed", 1, Response("completed")));
  Finish();
  const auto event = Message(1).response_event();
  EXPECT_EQ(event.type(), "response.brand_new.delta");
  EXPECT_EQ(event.delta(), "x");
  EXPECT_EQ(event.extra().at("surprise"), R"({"a":[1]})");
}

TEST_F(ResponseStream, AnAnswerInOnePieceIsOneEvent) {
  Begin();
  http::FakeTransport::Body(transfer(), R"({"id":"resp_1","object":"response","status":)"
                                        R"("completed","model":"gpt-4.1-mini"})");
  Finish();
  EXPECT_EQ(Message(1).response_event().type(), "response.completed");
  EXPECT_TRUE(Message(2).has_completed());
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(ResponseStream, ABrokenStreamOfABackgroundResponseGoesOnByItself) {
  Begin(/*background=*/true);
  Body(Said("response.created", 0, Response("in_progress", R"(,"background":true)")) +
       Delta(1, "Hel"));
  http::Outcome reset;
  reset.failure = http::Failure::kReset;
  reset.bytes_received = 100;
  http::FakeTransport::End(transfer(), reset);
  EXPECT_FALSE(rpc.finishing);
  world.Advance(milliseconds(200));
  ASSERT_EQ(world.transport.transfers.size(), 2u);
  EXPECT_EQ(Line(), "GET /responses/resp_1?stream=true&starting_after=1");
  http::FakeTransport::Head(transfer(), 200, "text/event-stream");
  Body(Delta(1, "Hel") + Delta(2, "lo") +
       Said("response.completed", 3, Response("completed", kUsage)));
  Finish();
  std::string text;
  int started = 0;
  for (size_t i = 0; i < rpc.written.size(); ++i) {
    text += Message(i).response_event().delta();
    started += Message(i).has_started() ? 1 : 0;
  }
  EXPECT_EQ(text, "Hello") << "each event once";
  EXPECT_EQ(started, 1);
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_GT(Message(rpc.written.size() - 1).completed().gateway().cost().total_picousd(), 0);
}

TEST_F(ResponseStream, ABackgroundResponseThatKeepsBreakingIsGivenUp) {
  Begin(/*background=*/true);
  Body(Said("response.created", 0, Response("in_progress", R"(,"background":true)")));
  for (int i = 0; i < 3; ++i) {
    http::FakeTransport::End(transfer());
    world.Advance(seconds(2));
    ASSERT_EQ(world.transport.transfers.size(), static_cast<size_t>(i + 2));
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
    Body(Delta(i + 1, "x"));
  }
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_EQ(MetadataOf("resumable"), "true");
}

TEST_F(ResponseStream, ACallerResumesFromTheEventItHad) {
  v1::StreamResponseRequest request;
  request.mutable_resume()->set_response_id("resp_1");
  request.mutable_resume()->set_starting_after(7);
  Call("StreamResponse", request);
  EXPECT_EQ(Line(), "GET /responses/resp_1?stream=true&starting_after=7");
  http::FakeTransport::Head(transfer(), 200, "text/event-stream");
  Body(Delta(8, "lo") + Said("response.failed", 9, Response("failed")));
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << "to who only reads it, it is an answer";
  EXPECT_EQ(Message(rpc.written.size() - 1).completed().status(), v1::RESPONSE_STATUS_FAILED);
}

TEST_F(ResponseStream, TheOptionsOfAResumedStreamHold) {
  v1::StreamResponseRequest request;
  request.mutable_resume()->set_response_id("resp_1");
  request.mutable_options()->set_validate_only(true);
  Call("StreamResponse", request);
  RunToEnd();
  EXPECT_TRUE(world.transport.transfers.empty());
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(ResponseStream, OptionsOfAResumedStreamAreChecked) {
  v1::StreamResponseRequest request;
  request.mutable_resume()->set_response_id("resp_1");
  request.mutable_options()->mutable_attempt_timeout()->set_seconds(-1);
  Call("StreamResponse", request);
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ResponseStream, WantsExactlyOneOfParamsAndResume) {
  Call("StreamResponse", v1::StreamResponseRequest());
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ResponseStream, ACallerWhoLeavesEndsTheUpstreamCall) {
  Begin();
  Body(Delta(0, "x"));
  rpc.Done(/*cancelled=*/true);
  EXPECT_TRUE(transfer().cancelled);
}

}  // namespace
}  // namespace inferwire::rpc
