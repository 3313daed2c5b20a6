// Where a call finds a place: pools of keys, cool-downs, breakers, and what it says without one.
#include <gtest/gtest.h>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;

constexpr std::string_view kFailed = R"({"error":{"message":"it went wrong","type":"t"}})";

TEST(CallPlaces, ARefusedKeyIsTakenOutAndTheNextOneUsed) {
  RoutedWorld world({{"a", 3}});
  auto played = world.Begin(Resend::kRefused);
  const std::string first = RoutedWorld::KeyOf(world.last());
  RoutedWorld::Answer(world.last(), 401, kFailed);
  world.Advance(0s);
  const std::string second = RoutedWorld::KeyOf(world.last());
  EXPECT_NE(second, first);
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
  world.Advance(24h);
  for (int i = 0; i < 5; ++i) {
    auto other = world.Begin(Resend::kRefused);
    EXPECT_NE(RoutedWorld::KeyOf(world.last()), first) << "only a new secret brings it back";
    RoutedWorld::Answer(world.last(), 200, "{}");
  }
}

TEST(CallPlaces, EveryKeyIsTriedOnceAndNotCountedAsAnAttempt) {
  RoutedWorld world({{"a", 5}});
  auto played = world.Begin(Resend::kRefused);
  for (int i = 0; i < 5; ++i) {
    ASSERT_FALSE(played->reader.ended) << i;
    RoutedWorld::Answer(world.last(), 401, kFailed);
    world.Advance(0s);
  }
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(world.sent(), 5u);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(CallPlaces, TheKeysOfTheNextTargetAreTriedWhateverTheFirstOnesUsed) {
  RoutedWorld world({{"a", 2}, {.upstream = "b", .keys = 2, .group = 2}});
  auto played = world.Begin(Resend::kRefused);
  std::vector<std::string> keys;
  for (int i = 0; i < 4 && !played->reader.ended; ++i) {
    keys.push_back(RoutedWorld::KeyOf(world.last()));
    RoutedWorld::Answer(world.last(), 429, kFailed, {{"retry-after", "30"}});
    world.Advance(0s);
  }
  EXPECT_EQ(keys, (std::vector<std::string>{"a0", "a1", "b0", "b1"}));
  EXPECT_TRUE(played->reader.ended);
}

TEST(CallPlaces, ALimitedKeyRestsForItsModelAndOthersAreUsed) {
  RoutedWorld world({{"a", 2}});
  auto played = world.Begin(Resend::kRefused);
  const std::string first = RoutedWorld::KeyOf(world.last());
  RoutedWorld::Answer(world.last(), 429, kFailed, {{"retry-after", "5"}});
  world.Advance(0s);
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
  const KeyPool& keys = world.upstream("a").keys();
  EXPECT_EQ(keys.BackAt("model-a", world.timers.Now()), std::nullopt) << "one is there";
  EXPECT_FALSE(keys.keys()[0].state->Available("model-a", world.timers.Now()));
  EXPECT_TRUE(keys.keys()[0].state->Available("model-b", world.timers.Now()));
  auto other = world.Begin(Resend::kRefused);
  EXPECT_NE(RoutedWorld::KeyOf(world.last()), first);
  world.Advance(5s);
  EXPECT_TRUE(keys.keys()[0].state->Available("model-a", world.timers.Now()));
}

class WithoutAKey : public testing::TestWithParam<bool> {
 protected:
  // Both keys of "a" rest for so long.
  static void Limit(RoutedWorld& world, std::string_view seconds) {
    auto played = world.Begin(Resend::kRefused, GetParam(), 4s);
    for (int i = 0; i < 2; ++i) {
      RoutedWorld::Answer(world.last(), 429, kFailed, {{"retry-after", std::string(seconds)}});
      world.Advance(0s);
    }
    ASSERT_TRUE(played->reader.ended);
  }
};

TEST_P(WithoutAKey, ACallWaitsForTheSoonestIfItHasTheTime) {
  RoutedWorld world({{"a", 2}});
  Limit(world, "5");
  auto played = world.Begin(Resend::kRefused, GetParam());
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_FALSE(played->reader.ended);
  EXPECT_EQ(world.in_flight(), 0);
  world.Advance(4900ms);
  EXPECT_EQ(world.sent(), 2u);
  world.Advance(2600ms);
  ASSERT_EQ(world.sent(), 3u);
  RoutedWorld::Answer(world.last(), 200, "{}");
  EXPECT_FALSE(played->reader.error);
}

TEST_P(WithoutAKey, ACallIsToldTheSoonestTimeIfItHasNot) {
  RoutedWorld world({{"a", 2}});
  Limit(world, "40");
  auto played = world.Begin(Resend::kRefused, GetParam());
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(played->reader.error->retry_after, 40'000ms);
  EXPECT_TRUE(played->reader.error->safe_to_retry);
  EXPECT_EQ(world.sent(), 2u);
}

TEST_P(WithoutAKey, WhoWaitsCanBeCancelled) {
  RoutedWorld world({{"a", 2}});
  Limit(world, "5");
  auto played = world.Begin(Resend::kRefused, GetParam());
  played->call->Cancel();
  world.Advance(1h);
  EXPECT_EQ(world.sent(), 2u);
  EXPECT_EQ(world.in_flight(), 0);
}

// Fails calls until the endpoint is out.
void Break(RoutedWorld& world, bool routed) {
  for (int i = 0; i < 5; ++i) {
    auto played = world.Begin(Resend::kRefused, routed);
    world.Advance(200ms);
    RoutedWorld::Answer(world.last(), 503, kFailed);
    ASSERT_TRUE(played->reader.ended);
  }
  ASSERT_EQ(world.endpoint("a").At(world.timers.Now()), routing::Condition::kOut);
}

TEST(CallPlaces, WithoutARouteABreakerKeepsNobodyFromHearingTheUpstream) {
  RoutedWorld world({{"a"}});
  Break(world, false);
  auto played = world.Begin(Resend::kRefused, false);
  RoutedWorld::Answer(world.last(), 503, kFailed);
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_UPSTREAM_OVERLOADED);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST(CallPlaces, ABreakerOfARouteRefusesAndSaysUntilWhen) {
  RoutedWorld world({{"a"}});
  Break(world, true);
  const size_t sent = world.sent();
  auto played = world.Begin(Resend::kRefused, true);
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_CIRCUIT_OPEN);
  EXPECT_TRUE(played->reader.error->safe_to_retry);
  ASSERT_TRUE(played->reader.error->retry_after);
  EXPECT_GT(*played->reader.error->retry_after, 0ms);
  EXPECT_EQ(world.sent(), sent);
}

class Probing : public testing::TestWithParam<bool> {};

TEST_P(Probing, WhatIsOutAndAllThereIsIsUpAgainAfterFourGoodAnswers) {
  RoutedWorld world({{"a"}});
  Break(world, GetParam());
  world.Advance(1s);
  for (int i = 0; i < 4; ++i) {
    auto played = world.Begin(Resend::kRefused, GetParam());
    ASSERT_EQ(world.in_flight(), 2) << "alone: after a second, not after thirty";
    RoutedWorld::Answer(world.last(), 200, "{}");
    EXPECT_FALSE(played->reader.error);
  }
  EXPECT_EQ(world.endpoint("a").At(world.timers.Now()), routing::Condition::kWarmingUp);
  EXPECT_EQ(world.in_flight(), 0);
}

TEST_P(Probing, AProbeThatFindsAnErrorIsAFailure) {
  RoutedWorld world({{"a"}});
  Break(world, GetParam());
  world.Advance(1s);
  auto played = world.Begin(Resend::kRefused, GetParam());
  RoutedWorld::Answer(world.last(), 503, kFailed);
  EXPECT_EQ(world.endpoint("a").At(world.timers.Now()), routing::Condition::kOut);
}

INSTANTIATE_TEST_SUITE_P(All, Probing, testing::Bool(),
                         [](const auto& of) { return of.param ? "Routed" : "Unrouted"; });

TEST(CallPlaces, OneCallAtATimeProbesARoute) {
  RoutedWorld world({{"a"}});
  Break(world, true);
  world.Advance(1s);
  auto first = world.Begin(Resend::kRefused);
  auto second = world.Begin(Resend::kRefused);
  EXPECT_FALSE(first->reader.ended);
  ASSERT_TRUE(second->reader.ended);
  EXPECT_EQ(second->reader.error->reason, v1::ERROR_REASON_CIRCUIT_OPEN);
}

INSTANTIATE_TEST_SUITE_P(All, WithoutAKey, testing::Bool(),
                         [](const auto& of) { return of.param ? "Routed" : "Unrouted"; });

TEST(CallPlaces, AProbeOfACallThatMayNotFallBackStaysWhereItIs) {
  RoutedWorld world({{"a"}, {"b"}});
  for (const char* name : {"a", "b"}) {
    routing::PlaceState& place = world.endpoint(name);
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(place.TryBegin(world.timers.Now(), false));
      world.Advance(200ms);
      place.End(routing::PlaceState::Ended::kFailed, world.timers.Now(), std::nullopt,
                v1::ERROR_REASON_UPSTREAM_OVERLOADED);
    }
    ASSERT_EQ(place.At(world.timers.Now()), routing::Condition::kOut);
  }
  world.preferences.fallback = false;
  world.Advance(1s);
  auto played = world.Begin(Resend::kAnything);
  ASSERT_FALSE(played->reader.ended);
  const size_t sent = world.sent();
  for (const char* name : {"a", "b"}) world.endpoint(name).Reset(world.timers.Now());
  RoutedWorld::Answer(world.last(), 404, R"({"error":{"message":"m","code":"model_not_found"}})");
  world.Advance(10s);
  EXPECT_TRUE(played->reader.ended);
  EXPECT_EQ(world.sent(), sent);
}

TEST(CallPlaces, WhatIsOutIsPassedByWhereThereIsAnother) {
  RoutedWorld world({{"a"}, {.upstream = "b", .group = 2}});
  for (int i = 0; i < 5; ++i) {
    auto played = world.Begin(Resend::kRefused);
    world.Advance(200ms);
    RoutedWorld::Answer(world.last(), 503, kFailed);
  }
  world.Advance(2s);
  auto played = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
  EXPECT_EQ(played->stats.route->chosen_by, "ONLY");
  EXPECT_EQ(played->stats.route->group, 2);
}

TEST(CallPlaces, AProvidersWordToWaitHoldsForTheRoutesOtherCalls) {
  RoutedWorld world({{"a"}, {.upstream = "b", .group = 2}});
  auto played = world.Begin(Resend::kRefused);
  RoutedWorld::Answer(world.last(), 503, kFailed, {{"retry-after", "7"}});
  auto other = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "b");
  world.Advance(7s);
  auto later = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "a");
}

TEST(CallPlaces, ButNotForCallsWithoutARoute) {
  RoutedWorld world({{"a"}});
  auto played = world.Begin(Resend::kRefused, /*routed=*/false, 2s);
  RoutedWorld::Answer(world.last(), 503, kFailed, {{"retry-after", "7"}});
  ASSERT_TRUE(played->reader.ended);
  auto other = world.Begin(Resend::kRefused, /*routed=*/false);
  EXPECT_EQ(world.sent(), 2u);
}

TEST(CallPlaces, APlaceThatIsTakenMeanwhileGivesTheLastError) {
  RoutedWorld world({{"a"}});
  auto played = world.Begin(Resend::kFailed);
  RoutedWorld::Answer(world.last(), 500, kFailed);
  world.endpoint("a").Drain(world.timers.Now() + 1h, world.timers.Now());
  world.Advance(10s);
  ASSERT_TRUE(played->reader.ended);
  EXPECT_EQ(played->reader.error->reason, v1::ERROR_REASON_UPSTREAM_ERROR);
  EXPECT_EQ(played->stats.upstream, "a");
  EXPECT_EQ(played->stats.attempt_log.size(), 1u);
  EXPECT_EQ(world.in_flight(), 0);
}

}  // namespace
}  // namespace inferwire::upstream
