// What a simulated realtime session answers, without sockets.
#include "simulator/realtime_model.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "simulator/base64.h"
#include "simulator/realtime_audio.h"

namespace inferwire::simulator {
namespace {

std::vector<std::string> TypesOf(const RealtimeModel::Events& events) {
  std::vector<std::string> types;
  for (const RealtimeEvent& event : events) types.push_back(Json::parse(event.Text())["type"]);
  return types;
}

Json Last(const RealtimeModel::Events& events) { return Json::parse(events.back().Text()); }

std::string UserText(const std::string& text) {
  return R"({"type":"conversation.item.create","item":{"type":"message","role":"user","content":[)"
         R"({"type":"input_text","text":")" +
         text + R"("}]}})";
}

TEST(RealtimeModel, GivesATextTurnInTheOrderOfTheRealOne) {
  Behavior behavior;
  behavior.echo = true;
  RealtimeModel model("gpt-realtime", behavior, 1, 1000);
  EXPECT_EQ(TypesOf(model.Begin()), (std::vector<std::string>{"session.created"}));
  EXPECT_EQ(TypesOf(model.Take(UserText("Hi"))),
            (std::vector<std::string>{"conversation.item.added", "conversation.item.done"}));
  const auto events =
      model.Take(R"({"type":"response.create","response":{"output_modalities":["text"]}})");
  EXPECT_EQ(TypesOf(events),
            (std::vector<std::string>{"response.created", "response.output_item.added",
                                      "response.output_text.delta", "response.output_text.done",
                                      "response.output_item.done", "response.done"}));
  const Json done = Last(events);
  EXPECT_EQ(done["response"]["output"][0]["content"][0]["text"], "Hi");
  EXPECT_EQ(done["response"]["usage"]["output_tokens"], 1);
}

TEST(RealtimeModel, SpeaksATonePerToken) {
  Behavior behavior;
  behavior.tokens = 2;
  RealtimeModel model("gpt-realtime", behavior, 1, 1000);
  size_t bytes = 0;
  for (const RealtimeEvent& event : model.Take(R"({"type":"response.create"})")) {
    const Json json = Json::parse(event.Text());
    if (json["type"] != "response.output_audio.delta") continue;
    const auto audio = FromBase64(json["delta"].get<std::string>());
    ASSERT_TRUE(audio);
    EXPECT_LE(audio->size(), 4800u);
    bytes += audio->size();
  }
  EXPECT_EQ(bytes, 24'000u);
}

TEST(RealtimeModel, HearsWhereATurnEnds) {
  RealtimeModel model("gpt-realtime", {}, 1, 1000);
  const std::string audio = Tone(0, 48 * 200) + std::string(48 * 600, '\0');
  const auto events =
      model.Take(R"({"type":"input_audio_buffer.append","audio":")" + Base64(audio) + "\"}");
  const auto types = TypesOf(events);
  ASSERT_GT(types.size(), 4u);
  EXPECT_EQ(types[0], "input_audio_buffer.speech_started");
  EXPECT_EQ(types[1], "input_audio_buffer.speech_stopped");
  EXPECT_EQ(types[2], "input_audio_buffer.committed");
  EXPECT_EQ(types.back(), "response.done");
}

TEST(RealtimeModel, CallsAToolThatTheUserNames) {
  RealtimeModel model("gpt-realtime", {}, 1, 1000);
  model.Take(R"({"type":"session.update","session":{"tools":[{"type":"function","name":"look_up",)"
             R"("parameters":{"type":"object","properties":{"id":{"type":"integer"}},)"
             R"("required":["id"],"additionalProperties":false}}]}})");
  model.Take(UserText("please look_up this"));
  const auto events = model.Take(R"({"type":"response.create"})");
  const Json item = Last(events)["response"]["output"][0];
  EXPECT_EQ(item["type"], "function_call");
  EXPECT_EQ(item["name"], "look_up");
  EXPECT_TRUE(Json::parse(item["arguments"].get<std::string>()).contains("id"));
}

TEST(RealtimeModel, RefusesWithAnEventAndGoesOn) {
  RealtimeModel model("gpt-realtime", {}, 1, 1000);
  const auto refused = model.Take(R"({"type":"nonsense","event_id":"mine"})");
  EXPECT_EQ(Last(refused)["error"]["event_id"], "mine");
  EXPECT_EQ(Last(model.Take("no JSON"))["type"], "error");
  EXPECT_EQ(Last(model.Take(R"({"type":"input_audio_buffer.commit"})"))["error"]["code"],
            "input_audio_buffer_commit_empty");
  EXPECT_EQ(Last(model.Take(R"({"type":"response.cancel"})"))["error"]["code"],
            "response_cancel_not_active");
}

TEST(RealtimeModel, ACancelMakesTheRestVoid) {
  RealtimeModel model("gpt-realtime", {}, 1, 1000);
  for (const RealtimeEvent& event : model.Take(R"({"type":"response.create"})")) {
    EXPECT_TRUE(event.of_response);
  }
  EXPECT_EQ(Last(model.Take(R"({"type":"response.cancel"})"))["response"]["status"], "cancelled");
  EXPECT_TRUE(model.TakeCancelled());
  EXPECT_FALSE(model.TakeCancelled());
}

TEST(RealtimeAudio, Base64IsItsOwnInverse) {
  for (size_t size = 0; size < 10; ++size) {
    const std::string bytes = Tone(0, 20).substr(0, size);
    EXPECT_EQ(FromBase64(Base64(bytes)), bytes) << size;
  }
  EXPECT_FALSE(FromBase64("abc"));
  EXPECT_FALSE(FromBase64("a*c="));
}

}  // namespace
}  // namespace inferwire::simulator
