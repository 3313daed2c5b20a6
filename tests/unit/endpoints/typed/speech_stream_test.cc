// Speak: sound as bytes and as events, its proper ends and its cuts.
#include "inferwire/v1/audio_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

class Speech : public TypedTest {
 protected:
  void Begin(const char* format = "mp3") {
    v1::SpeakRequest request;
    request.mutable_params()->set_model("tts-1");
    request.mutable_params()->set_input("Hello");
    request.mutable_params()->set_voice("alloy");
    request.mutable_params()->set_response_format(format);
    Call("Speak", request);
  }
  void Head(std::initializer_list<std::pair<const char*, const char*>> fields) {
    http::Headers headers;
    for (const auto& [name, value] : fields) headers.Add(name, value);
    transfer().observer->OnHeaders(200, headers);
  }
  void Chunked(const char* type = "audio/mpeg") {
    Head({{"content-type", type}, {"transfer-encoding", "chunked"}});
  }
  void Body(std::string_view bytes) {
    http::FakeTransport::Body(transfer(), bytes);
    while (rpc.writing) rpc.CompleteWrite(true);
  }
  void Finish(const http::Outcome& outcome = {}) {
    http::FakeTransport::End(transfer(), outcome);
    RunToEnd();
  }
  v1::SpeakResponse Said(size_t index) { return rpc.Written<v1::SpeakResponse>(index); }
  v1::SpeakCompleted Completed() { return Said(rpc.written.size() - 1).completed(); }
};

TEST_F(Speech, ComesAsItIsMade) {
  Begin();
  EXPECT_EQ(Line(), "POST /audio/speech");
  EXPECT_EQ(TypedTest::Body()["voice"], "alloy");
  EXPECT_FALSE(TypedTest::Body().contains("stream_format"));
  Chunked();
  Body("abc");
  ASSERT_EQ(rpc.written.size(), 2u) << "before its end";
  EXPECT_EQ(Said(0).started().content_type(), "audio/mpeg");
  EXPECT_EQ(Said(1).audio(), "abc");
  Body("de");
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Completed().size_bytes(), 5);
  EXPECT_FALSE(Completed().has_usage());
  EXPECT_FALSE(Completed().gateway().cost().has_total_picousd());
}

TEST_F(Speech, IsCutIfItsBodyIs) {
  Begin();
  Chunked();
  Body("abc");
  http::Outcome outcome;
  outcome.failure = http::Failure::kReset;
  Finish(outcome);
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(Speech, ThatEndsWithItsConnectionMayBeCut) {
  Begin();
  Head({{"content-type", "audio/mpeg"}});
  Body("abc");
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(Speech, OfNoBytesIsNone) {
  Begin();
  Head({{"content-type", "audio/mpeg"}, {"content-length", "0"}});
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

TEST_F(Speech, ThatIsJsonIsAnError) {
  Begin();
  Chunked("application/json");
  Body(R"({"error":{"message":"no","type":"invalid_request_error","param":"voice"}})");
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "INVALID_PARAMETER");
}

TEST_F(Speech, ThatIsAPageIsNone) {
  Begin();
  Chunked("text/html");
  Body("<html>");
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

TEST_F(Speech, OfASlowReaderIsNotTaken) {
  Begin();
  Chunked();
  const std::string piece(16 * 1024, 'x');
  int taken = 0;
  while (http::FakeTransport::Body(transfer(), piece) && taken < 100) ++taken;
  EXPECT_LT(taken, 20);
  while (rpc.writing) rpc.CompleteWrite(true);
  EXPECT_TRUE(http::FakeTransport::Body(transfer(), piece));
  Finish();
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(Speech, AsEventsHasAnEndAndUsage) {
  Begin("wav");
  Chunked("text/event-stream");
  Body(
      "data: {\"type\":\"speech.audio.delta\",\"audio\":\"aGkh\"}\n\n"
      "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":4,"
      "\"output_tokens\":50,\"total_tokens\":54}}\n\n");
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Said(0).started().content_type(), "audio/wav");
  EXPECT_EQ(Said(1).audio(), "hi!");
  EXPECT_EQ(Completed().size_bytes(), 3);
  EXPECT_EQ(Completed().usage().output_tokens(), 50);
}

TEST_F(Speech, AsEventsIsCutWithoutTheLastOne) {
  Begin();
  Chunked("text/event-stream");
  Body("data: {\"type\":\"speech.audio.delta\",\"audio\":\"aGkh\"}\n\n");
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "STREAM_TRUNCATED");
}

TEST_F(Speech, LosesNoEventInSilence) {
  Begin();
  Chunked("text/event-stream");
  Body("data: {\"type\":\"speech.audio.delta\",\"audio\":\"?\"}\n\n");
  RunToEnd();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_PROTOCOL");
}

TEST_F(Speech, HandsOutLongEventsInPieces) {
  Begin();
  Chunked("text/event-stream");
  std::string base64;
  for (int i = 0; i < 50'000; ++i) base64 += "aGkh";
  Body("data: {\"type\":\"speech.audio.delta\",\"audio\":\"" + base64 + "\"}\n\n");
  Body("data: {\"type\":\"speech.audio.done\"}\n\n");
  Finish();
  EXPECT_TRUE(rpc.status->ok()) << rpc.status->error_message();
  EXPECT_EQ(Completed().size_bytes(), 150'000);
  EXPECT_EQ(Said(1).audio().size(), 65'536u);
}

}  // namespace
}  // namespace inferwire::rpc
