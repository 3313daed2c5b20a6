#include "policy/concurrency/concurrency.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <thread>
#include <vector>

namespace inferwire::policy {
namespace {

TEST(Concurrency, AdmitsUpToItsBoundAndAgainAfterASettle) {
  Concurrency concurrency(2);
  Call a, b, c;
  EXPECT_TRUE(concurrency.Admit(a).ok());
  EXPECT_TRUE(concurrency.Admit(b).ok());
  EXPECT_FALSE(concurrency.Admit(c).ok());
  EXPECT_EQ(concurrency.in_flight(), 2);

  concurrency.Settle(a, {});
  EXPECT_EQ(concurrency.in_flight(), 1);
  EXPECT_TRUE(concurrency.Admit(c).ok());
}

TEST(Concurrency, RefusesWithAnErrorThatMayBeRetriedLater) {
  Concurrency concurrency(0);
  Call call;
  const auto refused = concurrency.Admit(call);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_GATEWAY_OVERLOADED);
  EXPECT_EQ(refused.error().origin, Origin::kGateway);
  EXPECT_TRUE(refused.error().safe_to_retry);
  EXPECT_EQ(refused.error().retry_after, kOverloadedRetryAfter);
}

TEST(Concurrency, WhatIsAnsweredFromMemoryTakesNoPlace) {
  Concurrency concurrency(1);
  Call call, free;
  free.answered_here = true;
  EXPECT_TRUE(concurrency.Admit(call).ok());
  EXPECT_TRUE(concurrency.Admit(free).ok());
  EXPECT_EQ(concurrency.in_flight(), 1);
  concurrency.Settle(free, {});
  EXPECT_EQ(concurrency.in_flight(), 1);
  concurrency.Settle(call, {});
  EXPECT_EQ(concurrency.in_flight(), 0);
}

Call Of(gateway::Priority priority) {
  Call call;
  call.priority = priority;
  return call;
}

TEST(Concurrency, KeepsPlacesForThoseWhoCannotWait) {
  using gateway::Priority;
  Concurrency concurrency(8);
  Call background = Of(Priority::kBackground), batch = Of(Priority::kBatch);
  Call interactive = Of(Priority::kInteractive);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(concurrency.Admit(background)) << i;
  const auto refused = concurrency.Admit(background);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_GATEWAY_OVERLOADED);
  EXPECT_TRUE(refused.error().safe_to_retry);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("background"));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(concurrency.Admit(batch)) << i;
  EXPECT_FALSE(concurrency.Admit(batch));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(concurrency.Admit(interactive)) << i;
  EXPECT_FALSE(concurrency.Admit(interactive)) << "the bound is a bound";
}

TEST(Concurrency, AnIdleGatewayTakesACallOfAnyPriority) {
  for (const auto priority : {gateway::Priority::kBatch, gateway::Priority::kBackground}) {
    Concurrency concurrency(1);
    Call call = Of(priority);
    EXPECT_TRUE(concurrency.Admit(call)) << Name(priority);
  }
}

TEST(Concurrency, HoldsItsBoundAgainstManyThreadsAndForgetsNothing) {
  constexpr int kBound = 3, kThreads = 8, kRounds = 5000;
  Concurrency concurrency(kBound);
  std::atomic<int> inside{0}, most{0}, admitted{0};
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int round = 0; round < kRounds; ++round) {
        Call call;
        if (!concurrency.Admit(call)) continue;
        ++admitted;
        const int now = ++inside;
        int seen = most.load();
        while (now > seen && !most.compare_exchange_weak(seen, now)) {
        }
        --inside;
        concurrency.Settle(call, {});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most.load(), kBound);
  EXPECT_GE(admitted.load(), kRounds);
  EXPECT_EQ(concurrency.in_flight(), 0);
}

}  // namespace
}  // namespace inferwire::policy
