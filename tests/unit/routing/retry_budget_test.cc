#include "routing/retry_budget.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <thread>
#include <vector>

#include "base/backoff.h"

namespace inferwire::routing {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{1000s};

// What there is without traffic: somebody who tries things out may repeat a few calls.
constexpr int kLeast = 10;

void TakeAll(RetryBudget& budget) {
  for (int i = 0; i < kLeast; ++i) EXPECT_TRUE(budget.Take(kStart));
}

TEST(RetryBudget, HoldsTenTokensWithoutTraffic) {
  RetryBudget budget;
  EXPECT_EQ(budget.tokens(kStart), kLeast);
  TakeAll(budget);
  EXPECT_FALSE(budget.Take(kStart));
  EXPECT_FALSE(budget.Take(kStart + 999ms));
  EXPECT_TRUE(budget.Take(kStart + 1s));
  EXPECT_EQ(budget.tokens(kStart + 1h), kLeast) << "nothing is saved up";
}

TEST(RetryBudget, AddsAPartOfEachFirstAttempt) {
  RetryBudget budget({.ratio = 10, .least = 0});
  for (int i = 0; i < 9; ++i) budget.Deposit(kStart);
  EXPECT_FALSE(budget.Take(kStart));
  budget.Deposit(kStart);
  EXPECT_TRUE(budget.Take(kStart));
  EXPECT_FALSE(budget.Take(kStart));
}

TEST(RetryBudget, HoldsNoMoreThanASecondsWorthOfTraffic) {
  RetryBudget budget;
  SteadyTime now = kStart;
  for (int i = 0; i < 5000; ++i) budget.Deposit(now += 2ms);
  EXPECT_NEAR(budget.tokens(now), 1 + 0.12 * 500, 5);
  now += 1s;
  EXPECT_NEAR(budget.tokens(now), 1 + 0.12 * 500 * std::exp(-1), 2) << "traffic that has ended";
  EXPECT_EQ(budget.tokens(now + 1min), kLeast);
}

TEST(RetryBudget, GivesNothingWhereBothAreZero) {
  RetryBudget budget({.ratio = 0, .least = 0});
  for (int i = 0; i < 100; ++i) budget.Deposit(kStart);
  EXPECT_FALSE(budget.Take(kStart + 1min));
  budget.Configure({.ratio = 0, .least = 5});
  EXPECT_TRUE(budget.Take(kStart + 2min));
}

TEST(RetryBudget, ATimeThatIsALittleOlderTakesNothingBack) {
  RetryBudget budget;
  TakeAll(budget);
  EXPECT_FALSE(budget.Take(kStart - 5s));
  EXPECT_FALSE(budget.Take(kStart + 500ms));
  EXPECT_TRUE(budget.Take(kStart + 1s));
}

TEST(RetryBudget, ThreadsTogetherTakeNoMoreThanThereIs) {
  RetryBudget budget({.ratio = 12, .least = 1});
  std::vector<std::thread> threads;
  std::atomic<int> taken{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20'000; ++i) {
        const SteadyTime now = kStart + i * 100us;  // 40,000/s in two seconds
        budget.Deposit(now);
        if (budget.Take(now)) ++taken;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(taken, 80'000 * 0.12 + 4 + kLeast);
  EXPECT_GT(taken, 80'000 * 0.10);
}

// Calls that are tried three times, on a clock of its own.
struct Outcome {
  double amplification = 0, worst_second = 0, success = 0;
};

Outcome Simulate(double calls_per_second, double failing) {
  struct Attempt {
    Duration at;
    int number;
    bool operator<(const Attempt& other) const { return at > other.at; }
  };
  Random random(7);
  RetryBudget budget;
  std::priority_queue<Attempt> attempts;
  const auto seconds = [](double count) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count));
  };
  constexpr Duration kFrom = 5s, kTo = 35s;  // failing
  attempts.push({0s, 1});
  std::vector<int> in_second(60);
  double calls = 0, made = 0, good = 0;
  while (!attempts.empty()) {
    const Attempt attempt = attempts.top();
    attempts.pop();
    const SteadyTime now = kStart + attempt.at;
    const bool counts = attempt.at >= kFrom && attempt.at < kTo;
    if (attempt.number == 1) {
      budget.Deposit(now);
      if (counts) ++calls;
      const Duration gap = seconds(-std::log(1 - random.Uniform()) / calls_per_second);
      if (attempt.at + gap < kTo) attempts.push({attempt.at + gap, 1});
    }
    if (counts) {
      ++made;
      ++in_second[static_cast<size_t>(attempt.at / 1s)];
    }
    const bool fails = counts && random.Uniform() < failing;
    if (!fails) {
      if (attempt.at >= kFrom) ++good;
    } else if (attempt.number < 3 && budget.Take(now)) {
      const Duration wait = FullJitterBackoff(500ms, 8s, attempt.number, random);
      attempts.push({attempt.at + 20ms + wait, attempt.number + 1});
    }
  }
  const int worst = *std::max_element(in_second.begin(), in_second.end());
  return {made / calls, worst / calls_per_second, good / calls};
}

TEST(RetryBudget, AnUpstreamThatFailsGetsLittleMoreLoad) {
  const Outcome dead = Simulate(500, 1);
  EXPECT_LE(dead.amplification, 1.15);
  EXPECT_GE(dead.amplification, 1.10) << "the budget is used";
  EXPECT_LE(dead.worst_second, 1.2);
  EXPECT_LE(Simulate(2000, 1).amplification, 1.15);
}

TEST(RetryBudget, OneThatFailsATenthIsCovered) {
  EXPECT_GE(Simulate(500, 0.1).success, 0.995);
  EXPECT_GE(Simulate(500, 0.05).success, 0.995);
}

}  // namespace
}  // namespace inferwire::routing
