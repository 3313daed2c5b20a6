#include "platform/memory_trim.h"

#include <gtest/gtest.h>

#include "telemetry/metrics.h"

namespace inferwire::platform {
namespace {

constexpr int64_t kMiB = 1 << 20;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(TrimSchedule, LooksForMemoryThatNobodyHolds) {
  const TrimSchedule schedule(20 * kMiB);
  const SteadyTime now{};
  EXPECT_FALSE(schedule.Due(now, 20 * kMiB, 0));
  EXPECT_FALSE(schedule.Due(now, 80 * kMiB, 0)) << "not worth it";
  EXPECT_TRUE(schedule.Due(now, 1000 * kMiB, 0));
  EXPECT_FALSE(schedule.Due(now, 1000 * kMiB, 970 * kMiB)) << "it is in use";
  EXPECT_FALSE(schedule.Due(now, 1000 * kMiB, 600 * kMiB)) << "it will be used again";
  EXPECT_TRUE(schedule.Due(now, 1000 * kMiB, 400 * kMiB));
}

TEST(TrimSchedule, IsBoundedInItsFrequency) {
  TrimSchedule schedule(0);
  SteadyTime now{};
  schedule.Trimmed(now, 900 * kMiB);
  EXPECT_FALSE(schedule.Due(now + seconds(9), 1000 * kMiB, 0));
  EXPECT_TRUE(schedule.Due(now + seconds(10), 1000 * kMiB, 0));
  // In vain: ever less often.
  int attempts = 0;
  for (const SteadyTime end = now + minutes(60); now < end; now += seconds(1)) {
    if (!schedule.Due(now, 1000 * kMiB, 0)) continue;
    schedule.Trimmed(now, 0);
    ++attempts;
  }
  EXPECT_LE(attempts, 12);
  EXPECT_GE(attempts, 8);
  // Until one succeeds.
  schedule.Trimmed(now, 100 * kMiB);
  EXPECT_TRUE(schedule.Due(now + seconds(10), 1000 * kMiB, 0));
}

TEST(MemoryTrim, KnowsWhatIsResident) {
  EXPECT_GT(ResidentMemory(), kMiB);
  EXPECT_LT(ResidentMemory(), 64 * 1024 * kMiB);
}

TEST(MemoryTrim, EndsAtOnce) {
  const SystemClock clock;
  gateway::MemoryBudget budget(1 << 30);
  telemetry::Metrics metrics;
  const SteadyTime start = clock.Now();
  { MemoryTrim trim(clock, budget, metrics.Of<telemetry::LoadMetrics>()); }
  EXPECT_LT(clock.Now() - start, seconds(1));
}

}  // namespace
}  // namespace inferwire::platform
