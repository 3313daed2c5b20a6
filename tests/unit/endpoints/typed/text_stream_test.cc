// StreamCompleteText: pieces, each proper end, cuts, and the merged text.
#include "inferwire/v1/text_completions_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

std::string Piece(std::string_view text, std::string_view finish = "null", int index = 0) {
  return R"(data: {"id":"cmpl-1","object":"text_completion","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[{"index":)" +
         std::to_string(index) + R"(,"text":")" + std::string(text) +
         R"(","logprobs":null,"finish_reason":)" + std::string(finish) + "}]}\n\n";
}

class TextStream : public TypedTest {
 protected:
  void Begin(int choices = 1) {
    v1::StreamCompleteTextRequest request;
    request.mutable_params()->set_model("gpt-4.1-mini");
    request.mutable_params()->add_prompt("Once");
    if (choices > 1) request.mutable_params()->set_n(choices);
    request.set_accumulate(true);
    Call("StreamCompleteText", request);
    http::FakeTransport::Head(transfer(), 200, "text/event-stream");
  }
  void Body(const std::string& bytes) {
    http::FakeTransport::Body(transfer(), bytes);
    while (rpc.writing) rpc.CompleteWrite(true);
  }
  void Break() {
    http::Outcome broken;
    broken.failure = http::Failure::kReset;
    broken.connected = true;
    http::FakeTransport::End(transfer(), broken);
    RunToEnd();
  }
  void Finish() {
    http::FakeTransport::End(transfer());
    RunToEnd();
  }
  v1::StreamCompleteTextCompleted Completed() {
    return rpc.Written<v1::StreamCompleteTextResponse>(rpc.written.size() - 1).completed();
  }
};

TEST_F(TextStream, GivesPiecesAndThenTheWhole) {
  Begin();
  EXPECT_EQ(Line(), "POST /completions");
  EXPECT_EQ(TypedTest::Body()["stream"], true);
  EXPECT_EQ(TypedTest::Body()["stream_options"]["include_usage"], true);
  Body(Piece(" upon") + Piece(" a time", "\"stop\"") +
       R"(data: {"id":"cmpl-1","object":"text_completion","choices":[],"usage":)"
       R"({"prompt_tokens":1,"completion_tokens":3,"total_tokens":4}})"
       "\n\ndata: [DONE]\n\n");
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(rpc.Written<v1::StreamCompleteTextResponse>(1).chunk().choices(0).text(), " upon");
  EXPECT_EQ(Completed().completion().choices(0).text(), " upon a time");
  EXPECT_EQ(Completed().completion().choices(0).finish_reason(), "stop");
  EXPECT_EQ(Completed().usage().output_tokens(), 3);
  EXPECT_EQ(Completed().gateway().cost().total_picousd(), 2'000'000 + 3 * 8'000'000);
}

TEST_F(TextStream, IsCutWithoutAFinishReasonForEveryChoice) {
  Begin(2);
  Body(Piece("a", "\"stop\"", 0) + Piece("b", "null", 1));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(TextStream, EndsAfterTheLastFinishReasonWithoutAnythingElse) {
  Begin(2);
  Body(Piece("a", "\"stop\"", 0) + Piece("b", "\"length\"", 1));
  world.Advance(std::chrono::seconds(10));
  RunToEnd();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Completed().completion().choices_size(), 2);
}

TEST_F(TextStream, AnErrorEventIsItsEnd) {
  Begin();
  Body(Piece("a") + "data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n");
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED") << "after output";
}

TEST_F(TextStream, AnAnswerInOnePieceIsOneChunk) {
  Begin();
  http::FakeTransport::Body(transfer(),
                            R"({"id":"c","object":"text_completion","model":"gpt-4.1-mini",)"
                            R"("choices":[{"index":0,"text":"all","finish_reason":"stop"}]})");
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Completed().completion().choices(0).text(), "all");
}

TEST_F(TextStream, AnEndMarkByNameWithoutDataIsAnEnd) {
  Begin();
  Body(Piece("all", "\"stop\"") + "event: done\ndata:\n\n");
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(TextStream, ATransferThatBreaksAfterTheFinishReasonLacksSomething) {
  Begin();
  Body(Piece("all", "\"stop\""));
  Break();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(TextStream, ABrokenTransferAfterDoneIsNoMatter) {
  Begin();
  Body(Piece("all", "\"stop\"") + "data: [DONE]\n\n");
  Break();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
}

TEST_F(TextStream, AnEventThatIsCutInTheMiddleIsACutStream) {
  Begin();
  const std::string last = Piece("b", "\"stop\"");
  Body(Piece("a") + last.substr(0, last.size() / 2));
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(TextStream, OddEventsAreSkippedAndNamedIfNothingElseComes) {
  Begin();
  Body("data: please hold the line\n\n");
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
  EXPECT_NE(rpc.status->error_message().find("please hold the line"), std::string::npos)
      << rpc.status->error_message();
}

}  // namespace
}  // namespace inferwire::rpc
