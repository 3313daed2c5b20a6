// Realtime sessions through the whole gateway: gRPC on one side, the simulator's WebSockets
// (Beast's, not ours) on the other.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway.h"
#include "inferwire/v1/realtime_service.grpc.pb.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;
using Stream = grpc::ClientReaderWriter<v1::ConnectRequest, v1::ConnectResponse>;

// One session as its caller has it.
class Session {
 public:
  explicit Session(Gateway& gateway, const std::string& words = "",
                   std::chrono::milliseconds deadline = 30s)
      : stub_(v1::RealtimeService::NewStub(gateway.NewChannel())),
        context_(NewContext(deadline)),
        stream_(stub_->Connect(context_.get())) {
    start.set_model("gpt-realtime" + words);
  }
  ~Session() { context_->TryCancel(); }

  void Begin() {
    v1::ConnectRequest request;
    *request.mutable_start() = start;
    stream_->Write(request);
  }
  void Raw(const std::string& json) {
    v1::ConnectRequest request;
    request.set_raw_json(json);
    stream_->Write(request);
  }
  void Event(const v1::RealtimeClientEvent& event) {
    v1::ConnectRequest request;
    *request.mutable_event() = event;
    stream_->Write(request);
  }
  void Audio(const std::string& bytes) {
    v1::ConnectRequest request;
    request.set_audio(bytes);
    stream_->Write(request);
  }
  void SayText(const std::string& text, const std::string& modality = "text") {
    Raw(R"({"type":"conversation.item.create","item":{"type":"message","role":"user",)"
        R"("content":[{"type":"input_text","text":")" +
        text + R"("}]}})");
    Raw(R"({"type":"response.create","response":{"output_modalities":[")" + modality + R"("]}})");
  }
  // False at the stream's end.
  bool Read() {
    last.Clear();
    if (!stream_->Read(&last)) return false;
    if (last.has_server_event()) {
      const v1::RealtimeServerEvent& event = last.server_event();
      types.push_back(event.type());
      if (event.has_audio()) audio += event.audio();
      if (event.type() == "response.output_text.delta") text += event.delta();
      if (event.type() == "response.output_audio_transcript.delta") transcript += event.delta();
    }
    return true;
  }
  // Reads until an event of this type; false if the stream ends before.
  bool ReadUntil(const std::string& type) {
    while (Read()) {
      if (last.has_server_event() && last.server_event().type() == type) return true;
    }
    return false;
  }
  void HalfClose() { stream_->WritesDone(); }
  void Leave() { context_->TryCancel(); }
  grpc::Status Finish() {
    while (Read()) {
      if (last.has_completed()) completed = last.completed();
      if (last.has_going_away()) notices.push_back(last.going_away().reason());
    }
    return stream_->Finish();
  }

  v1::RealtimeStart start;
  v1::ConnectResponse last;
  v1::RealtimeCompleted completed;
  std::vector<std::string> types, notices;
  std::string audio, text, transcript;

 private:
  std::unique_ptr<v1::RealtimeService::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<Stream> stream_;
};

class Realtime : public testing::Test {
 protected:
  Gateway gateway;
};

TEST_F(Realtime, ATextTurn) {
  Session session(gateway, "+echo");
  session.start.mutable_session()->set_instructions("be brief");
  session.Begin();
  ASSERT_TRUE(session.Read());
  EXPECT_EQ(session.last.started().gateway().model(), "gpt-realtime+echo");
  ASSERT_TRUE(session.ReadUntil("session.created"));
  EXPECT_FALSE(session.last.server_event().session().id().empty());
  ASSERT_TRUE(session.ReadUntil("session.updated"));
  EXPECT_EQ(session.last.server_event().session().instructions(), "be brief");
  session.SayText("Hello there");
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_EQ(session.text, "Hello there");
  const v1::RealtimeResponse response = session.last.server_event().response();
  EXPECT_EQ(response.status(), "completed");
  EXPECT_EQ(response.output(0).content_parts(0).text(), "Hello there");
  session.HalfClose();
  const grpc::Status status = session.Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(session.completed.responses(), 1);
  EXPECT_GT(session.completed.usage().input_tokens(), 0);
  EXPECT_GT(session.completed.usage().output_tokens(), 0);
  EXPECT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.completed == 1; }, 10s));
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway.Metric(R"(inferwire_realtime_ends_total{close_code="1000"})") == 1; }));
  EXPECT_EQ(gateway.Metric("inferwire_realtime_sessions"), 0);
}

TEST_F(Realtime, AnAudioTurn) {
  Session session(gateway, "+tokens=4");
  auto& input = *session.start.mutable_session()->mutable_audio()->mutable_input();
  input.mutable_transcription()->set_model("whisper");
  session.Begin();
  ASSERT_TRUE(session.ReadUntil("session.updated"));
  // Half a second of a loud square, and then silence, which the server hears as a turn.
  std::string loud;
  for (int i = 0; i < 12'000; ++i)
    loud += i % 100 < 50 ? std::string("\x00\x20", 2) : std::string("\x00\xe0", 2);
  session.Audio(loud);
  session.Audio(std::string(48 * 600, '\0'));
  ASSERT_TRUE(session.ReadUntil("input_audio_buffer.speech_started"));
  ASSERT_TRUE(session.ReadUntil("conversation.item.input_audio_transcription.completed"));
  const std::string heard = session.last.server_event().transcript();
  EXPECT_TRUE(heard.starts_with(std::to_string(loud.size() + 48 * 600) + " bytes ")) << heard;
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_EQ(session.audio.size(), 4u * 12'000) << "a quarter of a second for each token";
  EXPECT_FALSE(session.transcript.empty());
  EXPECT_EQ(session.last.server_event().response().usage().output_tokens(), 4);
  session.HalfClose();
  EXPECT_TRUE(session.Finish().ok());
  EXPECT_EQ(session.completed.usage().output_details().audio_tokens(), 4);
  EXPECT_EQ(gateway.Metric(R"(inferwire_realtime_audio_bytes_total{direction="down"})"), 48'000);
}

TEST_F(Realtime, AFunctionCallAndItsOutput) {
  Session session(gateway);
  session.Begin();
  session.Raw(
      R"({"type":"session.update","session":{"tools":[{"type":"function","name":"get_weather",)"
      R"("parameters":{"type":"object","properties":{"city":{"type":"string"}},)"
      R"("required":["city"],"additionalProperties":false}}]}})");
  session.SayText("Call get_weather");
  ASSERT_TRUE(session.ReadUntil("response.function_call_arguments.done"));
  EXPECT_EQ(session.last.server_event().name(), "get_weather");
  EXPECT_NE(session.last.server_event().arguments().find("city"), std::string::npos);
  const std::string call_id = session.last.server_event().call_id();
  ASSERT_TRUE(session.ReadUntil("response.done"));
  session.Raw(R"({"type":"conversation.item.create","item":{"type":"function_call_output",)"
              R"("call_id":")" +
              call_id + R"(","output":"foggy"}})");
  session.Raw(R"({"type":"response.create"})");
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_FALSE(session.transcript.empty()) << "sessions speak unless told otherwise";
}

TEST_F(Realtime, AnErrorEventIsAValueAndNamesTheCallersEvent) {
  Session session(gateway, "+echo");
  session.Begin();
  session.Raw(R"({"type":"no.such.thing","event_id":"mine"})");
  ASSERT_TRUE(session.ReadUntil("error"));
  EXPECT_EQ(session.last.server_event().error().event_id(), "mine");
  session.SayText("still here");
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_EQ(session.text, "still here");
}

TEST_F(Realtime, AnInterruptedResponse) {
  Session session(gateway, "+tokens=1000+rate=20");
  session.Begin();
  session.SayText("tell me a long story");
  ASSERT_TRUE(session.ReadUntil("response.output_text.delta"));
  v1::RealtimeClientEvent cancel;
  cancel.set_type("response.cancel");
  session.Event(cancel);
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_EQ(session.last.server_event().response().status(), "cancelled");
}

// The caller does not read: upstream is not read either, and nothing is lost.
TEST_F(Realtime, ASlowReaderHoldsUpstreamBack) {
  Session session(gateway, "+tokens=400");
  session.Begin();
  ASSERT_TRUE(session.ReadUntil("session.created"));
  session.SayText("sing", "audio");
  // 4.8 MB of audio, far more than what may wait in between.
  ASSERT_TRUE(gateway.upstream().WaitFor(
      [](const Stats& stats) { return stats.bytes_pending > 0 && stats.bytes_out > 100'000; },
      10s));
  EXPECT_LT(gateway.upstream().stats().bytes_out, 6'400'000u);
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_EQ(session.audio.size(), 400u * 12'000);
}

TEST_F(Realtime, ManyFragmentsAndALargeEvent) {
  Session session(gateway, "+fragment=7+big=3000000");
  session.Begin();
  session.SayText("write");
  ASSERT_TRUE(session.ReadUntil("response.done"));
  EXPECT_GE(session.text.size(), 3'000'000u);
}

TEST_F(Realtime, LeavingClosesTheUpstreamsConnectionAtOnce) {
  Session session(gateway, "+tokens=1000+rate=20");
  session.Begin();
  session.SayText("tell me a long story");
  ASSERT_TRUE(session.ReadUntil("response.output_text.delta"));
  const auto left = std::chrono::steady_clock::now();
  session.Leave();
  ASSERT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.open_streams == 0; }, 10s));
  EXPECT_LT(std::chrono::steady_clock::now() - left, 2s);
  EXPECT_TRUE(
      Gateway::Eventually([&] { return gateway.Metric("inferwire_realtime_sessions") == 0; }));
}

TEST_F(Realtime, EndsAreWhatTheTableSays) {
  struct Case {
    std::string words;
    grpc::StatusCode code;
    std::string reason, close_code;
  };
  for (const Case& each :
       {Case{"+close=1011", grpc::StatusCode::INTERNAL, "UPSTREAM_ERROR", "1011"},
        Case{"+close=1000", grpc::StatusCode::UNAVAILABLE, "SESSION_ENDED", "1000"},
        Case{"+close=1001", grpc::StatusCode::UNAVAILABLE, "SESSION_ENDED", "1001"},
        Case{"+close=1008", grpc::StatusCode::PERMISSION_DENIED, "UPSTREAM_PERMISSION_DENIED",
             "1008"},
        Case{"+close=4000", grpc::StatusCode::INTERNAL, "UPSTREAM_ERROR", "4000"},
        Case{"+kill_after=1", grpc::StatusCode::UNAVAILABLE, "STREAM_TRUNCATED", "1006"},
        Case{"+rsv", grpc::StatusCode::INTERNAL, "UPSTREAM_PROTOCOL", "1002"},
        Case{"+masked", grpc::StatusCode::INTERNAL, "UPSTREAM_PROTOCOL", "1002"},
        Case{"+binary", grpc::StatusCode::INTERNAL, "UPSTREAM_PROTOCOL", "1003"},
        Case{"+session_limit=50ms", grpc::StatusCode::UNAVAILABLE, "SESSION_ENDED", "1001"}}) {
    SCOPED_TRACE(each.words);
    Session session(gateway, each.words);
    session.Begin();
    session.Raw(R"({"type":"session.update","session":{}})");
    const grpc::Status status = session.Finish();
    EXPECT_EQ(status.error_code(), each.code) << status.error_message();
    const auto info = InfoOf(status);
    EXPECT_EQ(info.reason(), each.reason);
    EXPECT_EQ(info.metadata().at("close_code"), each.close_code);
  }
}

TEST_F(Realtime, RefusalsAtTheUpgrade) {
  struct Case {
    std::string words;
    grpc::StatusCode code;
    std::string reason;
  };
  for (const Case& each :
       {Case{"+status=401", grpc::StatusCode::INTERNAL, "UPSTREAM_CREDENTIALS_REJECTED"},
        Case{"+status=429+retry_after=120", grpc::StatusCode::RESOURCE_EXHAUSTED, "RATE_LIMITED"},
        Case{"+status=404", grpc::StatusCode::NOT_FOUND, "MODEL_NOT_FOUND"},
        Case{"+bad_accept", grpc::StatusCode::INTERNAL, "UPSTREAM_PROTOCOL"}}) {
    SCOPED_TRACE(each.words);
    Session session(gateway, each.words);
    session.Begin();
    const grpc::Status status = session.Finish();
    EXPECT_EQ(status.error_code(), each.code) << status.error_message();
    EXPECT_EQ(InfoOf(status).reason(), each.reason);
    EXPECT_TRUE(session.types.empty());
  }
}

TEST_F(Realtime, RefusesWhatIsNoSession) {
  {
    Session session(gateway);
    session.Audio("abc");
    const grpc::Status status = session.Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
  Session session(gateway);
  session.HalfClose();
  EXPECT_EQ(session.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(Realtime, ADeadlineEndsTheSession) {
  Session session(gateway, "", 1500ms);
  session.Begin();
  const grpc::Status status = session.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(InfoOf(status).reason(), "DEADLINE");
}

TEST(RealtimeLimits, ThereAreNoMoreThanAllowed) {
  Gateway gateway([](config::Config& config) { config.limits.realtime_sessions = 1; });
  Session first(gateway), second(gateway);
  first.Begin();
  ASSERT_TRUE(first.Read());
  second.Begin();
  const grpc::Status status = second.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).reason(), "GATEWAY_OVERLOADED");
  EXPECT_EQ(gateway.Metric("inferwire_realtime_refused_total"), 1);
}

TEST(RealtimeDrain, TellsItsCallersAndThenEndsThem) {
  Gateway gateway([](config::Config& config) {
    config.drain.connection_wait = 1s;
    config.drain.calls = 3s;
    config.drain.last_call = 1s;
    config.server.max_connection_age = 500ms;
  });
  Session session(gateway);
  session.Begin();
  ASSERT_TRUE(session.ReadUntil("session.created"));
  std::thread stop([&] { gateway.Stop(); });
  const grpc::Status status = session.Finish();
  stop.join();
  EXPECT_EQ(InfoOf(status).reason(), "GATEWAY_DRAINING") << status.error_message();
  EXPECT_EQ(session.notices, (std::vector<std::string>{"GATEWAY_DRAINING"}));
}

// All of them on the same two or three loops, none of them waits for another.
TEST_F(Realtime, AHundredSessionsAtOnce) {
  std::vector<std::unique_ptr<Session>> sessions;
  for (int i = 0; i < 100; ++i) {
    sessions.push_back(std::make_unique<Session>(gateway, "+echo"));
    sessions.back()->Begin();
    sessions.back()->SayText("turn " + std::to_string(i));
  }
  for (int i = 0; i < 100; ++i) {
    Session& session = *sessions[static_cast<size_t>(i)];
    ASSERT_TRUE(session.ReadUntil("response.done")) << i;
    EXPECT_EQ(session.text, "turn " + std::to_string(i));
    session.HalfClose();
    EXPECT_TRUE(session.Finish().ok());
  }
}

}  // namespace
}  // namespace inferwire::e2e
