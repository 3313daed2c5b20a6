// A realtime session from its start to its end.
#include <gtest/gtest.h>

#include "session_world.h"

namespace inferwire::endpoints {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kCreated =
    R"({"type":"session.created","event_id":"e1","session":{"type":"realtime","id":"sess_1"}})";

TEST(RealtimeSession, BecomesOneWebSocketOfItsModelsUpstream) {
  SessionWorld world;
  world.BeginWith("voice");
  ASSERT_EQ(world.transport.sockets.size(), 1u);
  EXPECT_EQ(world.socket().request.url, "http://upstream/v1/realtime?model=gpt-realtime");
  EXPECT_TRUE(world.said.empty()) << "until upstream has agreed the call may be repeated";
  world.Accept();
  ASSERT_EQ(world.said.size(), 1u);
  EXPECT_EQ(world.last().started().gateway().upstream(), "fake");
  EXPECT_EQ(world.rooms, 1);
  world.Say(kCreated);
  EXPECT_EQ(world.last().server_event().session().id(), "sess_1");
  EXPECT_EQ(world.last().server_event().event_id(), "e1");
}

TEST(RealtimeSession, SendsTheSessionFirstAndKeepsTheOrder) {
  SessionWorld world;
  v1::RealtimeStart start;
  start.set_model("gpt-realtime");
  start.mutable_session()->set_instructions("be brief");
  world.BeginWith(start);
  world.Raw(R"( {"type":"one"} )");
  v1::ConnectRequest audio;
  audio.set_audio("abc");
  world.Take(audio);
  EXPECT_TRUE(world.socket().sent.empty());
  world.Accept();
  v1::ConnectRequest event;
  event.mutable_event()->set_type("response.create");
  event.mutable_event()->set_event_id("mine");
  world.Take(event);
  EXPECT_EQ(world.socket().sent,
            (std::vector<std::string>{
                R"({"type":"session.update","session":{"instructions":"be brief"}})",
                R"({"type":"one"})", R"({"type":"input_audio_buffer.append","audio":"YWJj"})",
                R"({"type":"response.create","event_id":"mine"})"}));
}

TEST(RealtimeSession, GivesAudioAsBytesAndKeepsWhatItDoesNotKnow) {
  SessionWorld world;
  world.Open();
  world.Say(R"({"type":"response.output_audio.delta","response_id":"r","delta":"YWJj"})");
  EXPECT_EQ(world.last().server_event().audio(), "abc");
  EXPECT_FALSE(world.last().server_event().has_delta());
  world.Say(R"({"type":"response.output_text.delta","delta":"YWJj"})");
  EXPECT_EQ(world.last().server_event().delta(), "YWJj");
  world.Say(R"({"type":"brand.new","shape":{"a":[1]}})");
  EXPECT_EQ(world.last().server_event().type(), "brand.new");
  EXPECT_EQ(world.last().server_event().extra().at("shape"), R"({"a":[1]})");
}

TEST(RealtimeSession, GivesJsonToWhoWantsJson) {
  SessionWorld world;
  v1::RealtimeStart start;
  start.set_model("gpt-realtime");
  start.set_raw_events(true);
  world.BeginWith(start);
  world.Accept();
  const std::string delta = R"({"type":"response.output_audio.delta","delta":"YWJj"})";
  world.Say(delta);
  EXPECT_EQ(world.last().raw_json(), delta);
  world.Say(Done(10, 20));
  EXPECT_EQ(world.last().raw_json(), Done(10, 20));
  EXPECT_EQ(world.session->stats().input_tokens, 10) << "its usage counts all the same";
}

TEST(RealtimeSession, PassesOnWhatIsNoEvent) {
  SessionWorld world;
  world.Open();
  for (const std::string_view text : {"not JSON", "[1,2]", ""}) {
    world.Say(text);
    EXPECT_EQ(world.last().raw_json(), text);
  }
  world.Say("no \xff UTF-8");
  EXPECT_EQ(world.last().raw_json(), "no \xEF\xBF\xBD UTF-8");
  EXPECT_FALSE(world.ended);
}

TEST(RealtimeSession, EndsWellWhenItsCallerHalfCloses) {
  SessionWorld world;
  world.Open();
  world.Say(Done(100, 50, R"(,"input_token_details":{"text_tokens":100})"));
  world.Say(Done(10, 5));
  EXPECT_EQ(world.last().server_event().response().usage().output_tokens(), 5);
  EXPECT_EQ(world.session->stats().output_tokens, 55);
  world.Advance(5s);
  world.session->EndOfInput();
  EXPECT_EQ(world.socket().closed_with, 1000);
  EXPECT_FALSE(world.ended) << "upstream has not answered yet";
  world.Say(R"({"type":"late"})");
  world.Close(1000);
  ASSERT_TRUE(world.ended);
  EXPECT_FALSE(world.end_error);
  const v1::RealtimeCompleted& completed = world.last().completed();
  EXPECT_EQ(completed.responses(), 2);
  EXPECT_EQ(completed.usage().input_tokens(), 110);
  EXPECT_EQ(completed.usage().output_tokens(), 55);
  EXPECT_EQ(completed.usage().input_details().text_tokens(), 100);
  EXPECT_EQ(completed.duration().seconds(), 5);
  EXPECT_EQ(completed.gateway().upstream(), "fake");
  // 110 x 4 USD and 55 x 16 USD per million.
  EXPECT_EQ(world.session->stats().cost_picousd, 110 * 4'000'000 + 55 * 16'000'000);
}

TEST(RealtimeSession, DoesNotWaitForAGoodbyeForLong) {
  SessionWorld world;
  world.Open();
  world.session->EndOfInput();
  world.Advance(1900ms);
  EXPECT_FALSE(world.ended);
  world.Advance(100ms);
  EXPECT_TRUE(world.ended);
  EXPECT_FALSE(world.end_error);
  EXPECT_TRUE(world.last().has_completed());
  EXPECT_TRUE(world.socket().aborted_with);
}

TEST(RealtimeSession, ACallerThatHasSentEverythingAtOnceIsServed) {
  SessionWorld world;
  world.BeginWith();
  world.Raw(R"({"type":"one"})");
  world.session->EndOfInput();
  EXPECT_FALSE(world.ended);
  world.Accept();
  EXPECT_EQ(world.socket().sent.size(), 1u);
  EXPECT_EQ(world.socket().closed_with, 1000);
  world.Close(1005);
  EXPECT_FALSE(world.end_error);
}

TEST(RealtimeSession, AnErrorEventIsAValue) {
  SessionWorld world;
  world.Open();
  world.Say(
      R"({"type":"error","error":{"type":"invalid_request_error","message":"no","event_id":"e"}})");
  EXPECT_EQ(world.last().server_event().error().event_id(), "e");
  EXPECT_FALSE(world.ended);
  world.Say(R"({"type":"response.created","response":{"id":"resp_2"}})");
  EXPECT_EQ(world.last().server_event().response().id(), "resp_2");
}

TEST(RealtimeSession, RefusesWhatIsNoStart) {
  const auto field = [](const v1::ConnectRequest& first) {
    SessionWorld world;
    world.Begin();
    world.Take(first);
    EXPECT_TRUE(world.end_error);
    EXPECT_TRUE(world.transport.sockets.empty());
    return world.field();
  };
  v1::ConnectRequest message;
  EXPECT_EQ(field(message), "start");
  message.set_audio("abc");
  EXPECT_EQ(field(message), "start");
  message.mutable_start();
  EXPECT_EQ(field(message), "start.model");
  message.mutable_start()->set_model("m");
  message.mutable_start()->mutable_heartbeat_interval()->set_nanos(1000);
  EXPECT_EQ(field(message), "start.heartbeat_interval");
  message.mutable_start()->clear_heartbeat_interval();
  message.mutable_start()->mutable_options()->set_validate_only(true);
  EXPECT_EQ(field(message), "start.options.validate_only");
  message.mutable_start()->clear_options();
  (*message.mutable_start()->mutable_session()->mutable_extra())["x"] = "no JSON";
  EXPECT_EQ(field(message), "start.session.extra[\"x\"]");
}

TEST(RealtimeSession, RefusesWhatIsNoEventOfItsCaller) {
  const auto field = [](const v1::ConnectRequest& message) {
    SessionWorld world;
    world.Open();
    world.Take(message);
    EXPECT_TRUE(world.end_error);
    EXPECT_EQ(world.socket().aborted_with, 1000);
    return world.field();
  };
  v1::ConnectRequest message;
  EXPECT_EQ(field(message), "message");
  message.mutable_start()->set_model("m");
  EXPECT_EQ(field(message), "start");
  message.set_raw_json("{");
  EXPECT_EQ(field(message), "raw_json");
  message.set_raw_json("[]");
  EXPECT_EQ(field(message), "raw_json");
  message.set_audio(std::string(1'048'577, 'a'));
  EXPECT_EQ(field(message), "audio");
  message.mutable_event();
  EXPECT_EQ(field(message), "event.type");
}

TEST(RealtimeSession, NamesCallsByTelephoneAndDeployments) {
  {
    SessionWorld world;
    v1::RealtimeStart start;
    start.set_call_id("rtc_1/&x");
    world.BeginWith(start);
    EXPECT_EQ(world.socket().request.url, "http://upstream/v1/realtime?call_id=rtc_1%2F%26x");
  }
  {
    upstream::UpstreamOptions azure;
    azure.dialect = openai::FindDialect("azure");
    azure.base_url = "http://azure/openai";
    azure.api_version = "2025-01-01";
    SessionWorld world(azure);
    world.BeginWith("my voice");
    EXPECT_EQ(world.socket().request.url,
              "http://azure/openai/realtime?deployment=my%20voice&api-version=2025-01-01");
  }
  upstream::UpstreamOptions other;
  other.dialect = openai::FindDialect("vllm");
  SessionWorld world(other);
  world.BeginWith();
  EXPECT_EQ(world.error().reason, v1::ERROR_REASON_MODEL_LACKS_FEATURE);
}

TEST(RealtimeSession, IsRefusedWhereThereAreEnough) {
  SessionWorld world;
  world.limits.realtime_sessions = 1;
  world.Open();
  const auto second = NewRealtimeSession(world.runtime, world.context(), world);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().reason, v1::ERROR_REASON_GATEWAY_OVERLOADED);
  EXPECT_TRUE(second.error().safe_to_retry);
  world.session.reset();
  EXPECT_EQ(world.runtime.metrics.realtime.sessions(), 0);
  EXPECT_TRUE(NewRealtimeSession(world.runtime, world.context(), world));
}

}  // namespace
}  // namespace inferwire::endpoints
