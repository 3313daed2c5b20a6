#include "policy/memory/memory.h"

#include <gtest/gtest.h>

#include "policy/concurrency/concurrency.h"
#include "telemetry/metrics.h"

namespace inferwire::policy {
namespace {

Call From(std::string_view caller) {
  Call call;
  call.caller = gateway::CallerKey::Of(caller, "");
  return call;
}

bool Counted(const telemetry::Metrics& metrics, const std::string& bound, int times) {
  return metrics.Expose().find("inferwire_calls_refused_total{bound=\"" + bound + "\"} " +
                               std::to_string(times) + "\n") != std::string::npos;
}

TEST(MemoryPolicy, RefusesFirstWhoHoldsMuchAndThenEveryone) {
  gateway::MemoryBudget budget(100 << 20);
  telemetry::Metrics metrics;
  Memory memory(budget, metrics.Of<telemetry::LoadMetrics>());
  Call greedy = From("greedy"), modest = From("modest");
  EXPECT_TRUE(memory.Admit(greedy));
  budget.Add(greedy.caller, 85 << 20);
  EXPECT_TRUE(memory.Admit(modest));
  const auto refused = memory.Admit(greedy);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_GATEWAY_OVERLOADED);
  EXPECT_EQ(refused.error().origin, Origin::kGateway);
  EXPECT_TRUE(refused.error().safe_to_retry);
  EXPECT_TRUE(refused.error().retry_after);
  EXPECT_TRUE(Counted(metrics, "caller_memory", 1));
  budget.Add(greedy.caller, 11 << 20);
  EXPECT_FALSE(memory.Admit(modest));
  EXPECT_TRUE(Counted(metrics, "memory", 1));
  budget.Add(greedy.caller, -(90 << 20));
  EXPECT_TRUE(memory.Admit(greedy));
}

TEST(MemoryPolicy, RefusesBackgroundFirstAndThenBatch) {
  using gateway::Priority;
  gateway::MemoryBudget budget(100 << 20);
  telemetry::Metrics metrics;
  Memory memory(budget, metrics.Of<telemetry::LoadMetrics>());
  const auto admits = [&](Priority priority) {
    Call call = From("somebody");
    call.priority = priority;
    return memory.Admit(call).ok();
  };
  budget.Add(From("others").caller, 81 << 20);
  EXPECT_FALSE(admits(Priority::kBackground));
  EXPECT_TRUE(admits(Priority::kBatch));
  budget.Add(From("others").caller, 8 << 20);
  EXPECT_FALSE(admits(Priority::kBatch));
  EXPECT_TRUE(admits(Priority::kInteractive));
  EXPECT_TRUE(Counted(metrics, "low_priority", 2));
  budget.Add(From("others").caller, 7 << 20);
  EXPECT_FALSE(admits(Priority::kBackground));
  EXPECT_TRUE(Counted(metrics, "memory", 1)) << "of which there is none for anybody";
}

TEST(ConcurrencyOfCallers, LeavesPlacesForNewcomers) {
  constexpr int kAll = 200;
  telemetry::Metrics metrics;
  Concurrency concurrency(kAll, std::make_shared<Concurrency::Count>(), gateway::FairShare(90),
                          &metrics.Of<telemetry::LoadMetrics>());
  Call greedy = From("greedy");
  int taken = 0;
  for (int i = 0; i < 2 * kAll; ++i) taken += concurrency.Admit(greedy).ok() ? 1 : 0;
  EXPECT_EQ(taken, kAll * 9 / 10) << "an idle gateway is nearly all one caller's";
  EXPECT_TRUE(Counted(metrics, "caller_in_flight", 2 * kAll - taken));
  for (int i = 0; i < 20; ++i) {
    Call newcomer = From("newcomer" + std::to_string(i));
    EXPECT_TRUE(concurrency.Admit(newcomer)) << i;
  }
  Call late = From("late");
  EXPECT_FALSE(concurrency.Admit(late)) << "the bound is a bound";
  EXPECT_TRUE(Counted(metrics, "in_flight", 1));
  // What the greedy one gives back is not at once its own again.
  concurrency.Settle(greedy, {});
  EXPECT_FALSE(concurrency.Admit(greedy));
  EXPECT_TRUE(concurrency.Admit(late));
}

TEST(ConcurrencyOfCallers, AFullShareIsFirstComeFirstServed) {
  Concurrency concurrency(10, std::make_shared<Concurrency::Count>(), gateway::FairShare(100));
  Call greedy = From("greedy"), other = From("other");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(concurrency.Admit(greedy));
  EXPECT_FALSE(concurrency.Admit(other));
}

}  // namespace
}  // namespace inferwire::policy
