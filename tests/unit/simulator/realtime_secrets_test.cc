#include <gtest/gtest.h>

#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

constexpr const char* kPath = "/v1/realtime/client_secrets";

TEST(RealtimeSecrets, AreOfTheSessionAndForAWhile) {
  const auto simulator = std::move(*Simulator::Start());
  const Json made = Post(*simulator, kPath,
                         {{"expires_after", {{"anchor", "created_at"}, {"seconds", 60}}},
                          {"session", {{"type", "realtime"}, {"model", "gpt-realtime-mini"}}}})
                        .json();
  EXPECT_TRUE(made["value"].get<std::string>().starts_with("ek_"));
  EXPECT_EQ(made["session"]["model"], "gpt-realtime-mini");
  EXPECT_EQ(made["session"]["object"], "realtime.session");
  const Json other = Post(*simulator, kPath, Json::object()).json();
  EXPECT_NE(other["value"], made["value"]);
  EXPECT_GE(other["expires_at"].get<int64_t>() - made["expires_at"].get<int64_t>(), 540);
}

TEST(RealtimeSecrets, RefuseWhatTheRealApiRefuses) {
  const auto simulator = std::move(*Simulator::Start());
  for (const Json& expires :
       {Json{{"seconds", 9}}, Json{{"seconds", 7201}}, Json{{"anchor", "now"}, {"seconds", 60}}}) {
    EXPECT_EQ(Post(*simulator, kPath, {{"expires_after", expires}}).status, 400) << expires;
  }
}

}  // namespace
}  // namespace inferwire::simulator::testing
