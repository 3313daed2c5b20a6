// What a provider allows a key, as it is configured: kept to before anything is sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;

constexpr auto kMostSpread = 2s;

void AnswerLast(RoutedWorld& world) { RoutedWorld::Answer(world.last(), 200, "{}"); }

// 6 a minute with a burst of 10 seconds: one at once, and one each 10 s.
TEST(KeyLimitsOfACall, TheNextKeyTakesWhatTheFirstHasNoRoomFor) {
  RoutedWorld world{{{.upstream = "a", .keys = 2, .rpm = 6}}};
  std::set<std::string> keys;
  for (int i = 0; i < 2; ++i) {
    const auto played = world.Begin(Resend::kFailed);
    keys.insert(RoutedWorld::KeyOf(world.last()));
    AnswerLast(world);
    EXPECT_FALSE(played->reader.error);
  }
  EXPECT_EQ(keys, (std::set<std::string>{"a0", "a1"}));
  EXPECT_EQ(world.sent(), 2u);
}

TEST(KeyLimitsOfACall, ACallWaitsForItsTurnIfItHasTheTime) {
  RoutedWorld world{{{.upstream = "a", .rpm = 6}}};
  const auto first = world.Begin(Resend::kFailed);
  AnswerLast(world);
  const auto second = world.Begin(Resend::kFailed);
  EXPECT_EQ(world.sent(), 1u);
  world.Advance(9s);
  EXPECT_EQ(world.sent(), 1u);
  world.Advance(1s + kMostSpread);
  ASSERT_EQ(world.sent(), 2u);
  AnswerLast(world);
  EXPECT_TRUE(second->reader.ended);
  EXPECT_FALSE(second->reader.error);
}

TEST(KeyLimitsOfACall, ACallWithoutTheTimeIsRefusedAndNothingIsSent) {
  for (const size_t keys : {size_t{0}, size_t{1}, size_t{2}}) {
    RoutedWorld world{{{.upstream = "a", .keys = keys, .rpm = 6}}};
    const size_t fit = std::max<size_t>(keys, 1);
    for (size_t i = 0; i < fit; ++i) {
      const auto played = world.Begin(Resend::kFailed);
      AnswerLast(world);
    }
    for (const bool routed : {true, false}) {
      const auto refused = world.Begin(Resend::kFailed, routed, 5s);
      ASSERT_TRUE(refused->reader.ended) << keys;
      ASSERT_TRUE(refused->reader.error);
      EXPECT_EQ(refused->reader.error->reason, v1::ERROR_REASON_RATE_LIMITED) << keys;
      EXPECT_TRUE(refused->reader.error->safe_to_retry);
      ASSERT_TRUE(refused->reader.error->retry_after);
      EXPECT_GT(*refused->reader.error->retry_after, 9s);
      EXPECT_LE(*refused->reader.error->retry_after, 10s);
    }
    EXPECT_EQ(world.sent(), fit);
    EXPECT_EQ(world.in_flight(), 0);
  }
}

TEST(KeyLimitsOfACall, TheNextTargetTakesWhatThisOneHasNoRoomFor) {
  RoutedWorld world{{{.upstream = "a", .rpm = 6}, {.upstream = "b", .group = 2}}};
  for (const char* expected : {"a", "b", "b"}) {
    const auto played = world.Begin(Resend::kRefused);
    EXPECT_EQ(RoutedWorld::SentTo(world.last()), expected);
    AnswerLast(world);
  }
  world.Advance(10s);
  const auto played = world.Begin(Resend::kRefused);
  EXPECT_EQ(RoutedWorld::SentTo(world.last()), "a");
}

// 6,000 a minute: 1,000 at once.
TEST(KeyLimitsOfACall, WhatAnAnswerDidNotUseIsThereForTheNext) {
  RoutedWorld world{{{.upstream = "a", .tpm = 6000}}};
  world.tokens = 1000;
  {
    const auto played = world.Begin(Resend::kFailed);
    played->stats.input_tokens = 60;
    played->stats.output_tokens = 40;
    AnswerLast(world);
  }
  world.tokens = 900;
  const auto second = world.Begin(Resend::kFailed);
  ASSERT_EQ(world.sent(), 2u);
  AnswerLast(world);
  const auto third = world.Begin(Resend::kFailed, true, 10s);
  EXPECT_EQ(world.sent(), 2u);
}

TEST(KeyLimitsOfACall, WhatWasRefusedUsesNoTokensButIsARequest) {
  RoutedWorld world{{{.upstream = "a", .tpm = 6000}}};
  world.tokens = 1000;
  for (int i = 0; i < 3; ++i) {
    const auto played = world.Begin(Resend::kRefused, false);
    RoutedWorld::Answer(world.last(), 400, R"({"error":{"message":"bad"}})");
    EXPECT_TRUE(played->reader.error);
  }
  EXPECT_EQ(world.sent(), 3u);
}

TEST(KeyLimitsOfACall, ACancelledCallGivesNothingBackThatMayHaveBeenUsed) {
  RoutedWorld world{{{.upstream = "a", .tpm = 6000}}};
  world.tokens = 1000;
  world.Begin(Resend::kFailed);  // and is gone at once
  EXPECT_EQ(world.sent(), 1u);
  const auto second = world.Begin(Resend::kFailed, true, 5s);
  EXPECT_TRUE(second->reader.error) << "its tokens may be billed";
}

TEST(KeyLimitsOfACall, ACallThatLeavesWhileItWaitsLeavesNothing) {
  RoutedWorld world{{{.upstream = "a", .rpm = 6}}};
  const auto first = world.Begin(Resend::kFailed);
  AnswerLast(world);
  for (int i = 0; i < 20; ++i) world.Begin(Resend::kFailed);
  world.Advance(10s);
  const auto next = world.Begin(Resend::kFailed);
  EXPECT_EQ(world.sent(), 2u) << "the place is not taken by one that has gone";
  EXPECT_EQ(world.in_flight(), 2) << "its endpoint's and its model's";
}

// More at once than is allowed, from all sides: what is sent in any time t is at most the burst and
// what has come since.
TEST(KeyLimitsOfACall, NoScheduleSendsMoreThanTheBurstAndTheRate) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    constexpr int kPerMinute = 60;
    RoutedWorld world{{{.upstream = "a", .rpm = kPerMinute}}, {}, seed};
    Random random(seed);
    std::deque<std::unique_ptr<PlayedCall>> calls;
    std::vector<SteadyTime> sent;
    for (int step = 0; step < 300; ++step) {
      if (random.Uniform() < 0.7) calls.push_back(world.Begin(Resend::kFailed));
      if (calls.size() > 20) calls.pop_front();
      world.Advance(std::chrono::milliseconds(static_cast<int>(random.Uniform() * 400)));
      while (sent.size() < world.sent()) sent.push_back(world.timers.Now());
    }
    for (size_t i = 0; i < sent.size(); ++i) {
      const auto in_window =
          static_cast<double>(std::upper_bound(sent.begin(), sent.end(), sent[i] + 20s) -
                              sent.begin() - static_cast<long>(i));
      EXPECT_LE(in_window, 10 + 20 + 1) << "seed " << seed;
    }
    EXPECT_GE(sent.size(), 50u) << "and what is allowed is used";
  }
}

TEST(KeyLimits, NamesOfOneModelShareItsLimit) {
  ManualClock clock;
  telemetry::Metrics metrics;
  limits::MeterTable meters;
  limits::LimitMaker maker(meters, {}, limits::Moment::Of(clock));
  maker.Add(limits::LimitKind::kRequestsPerDay, "upstream/openai", "gpt", 1);
  const auto set = std::make_shared<const limits::MeterSet>(*maker.Take());
  const KeyLimits limits({{"gpt", set}, {"gpt-2025", set}}, clock,
                         metrics.Of<telemetry::QuotaMetrics>());
  KeyLimits::Held held;
  EXPECT_TRUE(limits.Take("gpt", 5, held));
  KeyLimits::Held other;
  EXPECT_FALSE(limits.Take("gpt-2025", 5, other));
  EXPECT_GT(limits.FullUntil("gpt"), clock.Now());
  EXPECT_LE(limits.FullUntil("another"), clock.Now());
  EXPECT_TRUE(limits.Take("another", 5, other));
  held = {};  // never sent
  clock.Advance(24h);
  EXPECT_TRUE(limits.Take("gpt-2025", 5, other));
}

}  // namespace
}  // namespace inferwire::upstream
