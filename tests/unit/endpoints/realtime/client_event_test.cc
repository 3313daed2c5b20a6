#include "endpoints/realtime/client_event.h"

#include <gtest/gtest.h>

namespace inferwire::endpoints {
namespace {

std::string JsonOf(const v1::ConnectRequest& message) {
  auto json = ClientEventJson(message, {});
  EXPECT_TRUE(json);
  return json ? *json : std::string();
}

TEST(ClientEvent, IsWrittenAsUpstreamReadsIt) {
  v1::ConnectRequest message;
  v1::RealtimeClientEvent& event = *message.mutable_event();
  event.set_type("input_audio_buffer.append");
  event.set_audio("\x01\x02\x03");
  EXPECT_EQ(JsonOf(message), R"({"type":"input_audio_buffer.append","audio":"AQID"})");
  event.Clear();
  event.set_type("conversation.item.truncate");
  event.set_item_id("item_1");
  event.set_content_index(0);
  event.set_audio_end_ms(1500);
  EXPECT_EQ(JsonOf(message), R"({"type":"conversation.item.truncate","item_id":"item_1",)"
                             R"("content_index":0,"audio_end_ms":1500})");
  event.Clear();
  event.set_type("brand.new");
  (*event.mutable_extra())["shape"] = R"({"a":1})";
  EXPECT_EQ(JsonOf(message), R"({"type":"brand.new","shape":{"a":1}})");
}

TEST(ClientEvent, JsonGoesAsItCame) {
  v1::ConnectRequest message;
  message.set_raw_json(R"({ "type" : "x", "n": 1.0e2 })");
  EXPECT_EQ(JsonOf(message), R"({ "type" : "x", "n": 1.0e2 })");
}

}  // namespace
}  // namespace inferwire::endpoints
