// Every recorded event has its fields: nothing of it is in extra, and written again it is the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "codec/decode.h"
#include "codec/encode.h"
#include "inferwire/v1/realtime_service.pb.h"

namespace inferwire::endpoints {
namespace {

using Json = nlohmann::json;

// What is not written again: padding, constants, and null, which is as good as absent.
void Strip(Json& json) {
  if (json.is_array()) {
    for (Json& item : json) Strip(item);
  }
  if (!json.is_object()) return;
  json.erase("obfuscation");
  json.erase("object");
  for (auto it = json.begin(); it != json.end();) {
    Strip(*it);
    // Not carried: null and empty lists against absent members.
    const bool nothing = it->is_null() || (it->is_array() && it->empty());
    it = nothing ? json.erase(it) : std::next(it);
  }
}

template <class Event>
void Check(const Json& recorded) {
  Event event;
  codec::DecodeStats stats;
  ASSERT_TRUE(codec::FromJson(recorded.dump(), event, {}, &stats));
  std::string text;
  ASSERT_TRUE(codec::AppendJson(event, text));
  Json expected = recorded, written = Json::parse(text);
  Strip(expected);
  Strip(written);
  EXPECT_EQ(written, expected) << Json::diff(expected, written).dump();
}

TEST(RecordedEvents, AreReadAndWrittenWithoutLoss) {
  const std::filesystem::path folder = std::filesystem::path(INFERWIRE_WIRE_DIR) / "realtime";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "there are no recordings here";
  int received = 0, sent = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const Json record = Json::parse(line, nullptr, false);
      if (!record.is_object() || !record.contains("direction")) continue;
      SCOPED_TRACE(entry.path().filename().string() + " " +
                   record["data"].value("type", std::string()));
      if (record["direction"] == "received") {
        ++received;
        Check<v1::RealtimeServerEvent>(record["data"]);
      } else {
        ++sent;
        Check<v1::RealtimeClientEvent>(record["data"]);
      }
    }
  }
  EXPECT_GT(received, 100);
  EXPECT_GT(sent, 10);
}

}  // namespace
}  // namespace inferwire::endpoints
