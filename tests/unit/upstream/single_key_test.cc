// An upstream's only key, where the route has further targets: at its limit or refused, it is left
// alone, and calls go elsewhere.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;

constexpr std::string_view kLimited =
    R"({"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}})";
constexpr std::string_view kWrong =
    R"({"error":{"message":"Incorrect API key","type":"t","code":"invalid_api_key"}})";
constexpr std::string_view kBroke =
    R"({"error":{"message":"no money","type":"t","code":"insufficient_quota"}})";

using Headers = std::vector<std::pair<std::string, std::string>>;

class SingleKey : public testing::Test {
 protected:
  // A call whose first attempt, at "a", ends like this, and that "b" answers.
  void FailAtA(int status, std::string_view body, const Headers& headers = {}) {
    auto played = world_.Begin(Resend::kRefused);
    ASSERT_EQ(RoutedWorld::SentTo(world_.last()), "a");
    RoutedWorld::Answer(world_.last(), status, body, headers);
    world_.Advance(0s);
    ASSERT_EQ(RoutedWorld::SentTo(world_.last()), "b");
    RoutedWorld::Answer(world_.last(), 200, "{}");
    EXPECT_FALSE(played->reader.error);
  }
  // Who is asked first now; "" if nobody is.
  std::string First() {
    const size_t before = world_.sent();
    auto played = world_.Begin(Resend::kRefused);
    if (world_.sent() == before) return "";
    const std::string at = RoutedWorld::SentTo(world_.last());
    RoutedWorld::Answer(world_.last(), 200, "{}");
    return at;
  }
  // "a" is asked again after so long, and not before.
  void ExpectBackAfter(Duration time) {
    EXPECT_EQ(First(), "b");
    world_.Advance(time - 10ms);
    EXPECT_EQ(First(), "b");
    world_.Advance(20ms);
    EXPECT_EQ(First(), "a");
  }

  RoutedWorld world_{{{"a"}, {.upstream = "b", .group = 2}}};
};

TEST_F(SingleKey, AtItsLimitIsLeftAloneUntilItsTime) {
  FailAtA(429, kLimited, {{"retry-after", "7"}});
  ExpectBackAfter(7s);
}

struct Form {
  const char* header;
  const char* value;
  Duration time;
};

class EveryForm : public SingleKey, public testing::WithParamInterface<Form> {};

TEST_P(EveryForm, OfTheTimeIsUnderstood) {
  FailAtA(429, kLimited, {{GetParam().header, GetParam().value}});
  ExpectBackAfter(GetParam().time);
}

INSTANTIATE_TEST_SUITE_P(All, EveryForm,
                         testing::Values(Form{"retry-after-ms", "2500", 2500ms},
                                         Form{"x-ms-retry-after-ms", "1500", 1500ms},
                                         Form{"x-ratelimit-reset-requests", "6m0s", 6min},
                                         Form{"x-ratelimit-reset-tokens", "12ms", 12ms}));

TEST_F(SingleKey, WithoutATimeRestsForASecondAndTwiceAsLongEachTime) {
  FailAtA(429, kLimited);
  ExpectBackAfter(1s);
}

TEST_F(SingleKey, TheRestIsOfOneModel) {
  FailAtA(429, kLimited, {{"retry-after", "7"}});
  const routing::KeyState& key = *world_.upstream("a").keys().first()->state;
  EXPECT_FALSE(key.Available("model-a", world_.timers.Now()));
  EXPECT_TRUE(key.Available("another", world_.timers.Now()));
}

TEST_F(SingleKey, WithoutMoneyOrRefusedIsAskedAgainAfterTenMinutes) {
  FailAtA(429, kBroke);
  ExpectBackAfter(10min);
  FailAtA(401, kWrong);
  ExpectBackAfter(10min);
  FailAtA(401, kWrong);
  world_.upstream("a").keys().first()->state->Restore();  // a new secret
  EXPECT_EQ(First(), "a");
}

TEST_F(SingleKey, WhatIsLargerThanTheLimitItselfLeavesItAsItIs) {
  FailAtA(429, R"({"error":{"message":"Request too large: Limit 100, Requested 500","type":"tokens",
                  "code":"rate_limit_exceeded"}})");
  EXPECT_EQ(First(), "a");
}

TEST_F(SingleKey, WhenAllAreAtTheirLimitsACallWaitsForTheSoonest) {
  FailAtA(429, kLimited, {{"retry-after", "4"}});
  {
    auto played = world_.Begin(Resend::kRefused, /*routed=*/true, 30s);
    ASSERT_EQ(RoutedWorld::SentTo(world_.last()), "b");
    RoutedWorld::Answer(world_.last(), 429, kLimited, {{"retry-after", "60"}});
    world_.Advance(0s);
    ASSERT_TRUE(played->reader.ended);
    EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_RATE_LIMITED);
    EXPECT_LE(*played->reader.error->retry_after, 4s) << "that of the soonest";
  }
  const size_t sent = world_.sent();
  auto waits = world_.Begin(Resend::kRefused);
  EXPECT_FALSE(waits->reader.ended);
  EXPECT_EQ(world_.sent(), sent);
  world_.Advance(3900ms);
  EXPECT_EQ(world_.sent(), sent);
  world_.Advance(2500ms);
  ASSERT_EQ(world_.sent(), sent + 1);
  EXPECT_EQ(RoutedWorld::SentTo(world_.last()), "a");
  RoutedWorld::Answer(world_.last(), 200, "{}");
  EXPECT_FALSE(waits->reader.error);
}

TEST_F(SingleKey, OrIsToldWhenTheSoonestIs) {
  FailAtA(429, kLimited, {{"retry-after", "40"}});
  {
    auto played = world_.Begin(Resend::kRefused);
    RoutedWorld::Answer(world_.last(), 429, kLimited, {{"retry-after", "60"}});
  }
  auto played = world_.Begin(Resend::kRefused);
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(played->reader.error->retry_after, 40'000ms);
}

TEST_F(SingleKey, CallsWithNowhereElseToGoAskItAllTheSame) {
  FailAtA(429, kLimited, {{"retry-after", "40"}});
  auto played = world_.Begin(Resend::kRefused, /*routed=*/false, 10s);
  EXPECT_EQ(RoutedWorld::SentTo(world_.last()), "a");
  RoutedWorld::Answer(world_.last(), 401, kWrong);
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED);
  EXPECT_FALSE(world_.upstream("a").keys().first()->state->removed(world_.timers.Now()))
      << "and what it says to them is nobody else's";
}

TEST(WithoutAnyKey, ALimitedUpstreamIsLeftAloneUntilItsTime) {
  RoutedWorld world({{.upstream = "a", .keys = 0}, {.upstream = "b", .group = 2}});
  auto first = world.Begin(Resend::kRefused);
  RoutedWorld::Answer(world.last(), 429, kLimited, {{"retry-after", "7"}});
  world.Advance(0s);
  RoutedWorld::Answer(world.last(), 200, "{}");
  auto second = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
  world.Advance(7s);
  auto third = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "a");
}

TEST(SingleKeyAlone, OfARouteOfOneTargetIsAskedByEachCall) {
  RoutedWorld world({{"a"}});
  for (int i = 0; i < 3; ++i) {
    auto played = world.Begin(Resend::kRefused, /*routed=*/true, 2s);
    ASSERT_EQ(world.sent(), static_cast<size_t>(i) + 1);
    RoutedWorld::Answer(world.last(), 429, kLimited, {{"retry-after", "40"}});
    EXPECT_TRUE(played->reader.ended);
  }
}

}  // namespace
}  // namespace inferwire::upstream
