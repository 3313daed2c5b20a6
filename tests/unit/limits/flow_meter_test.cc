#include "limits/flow_meter.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class FlowMeterTest : public testing::Test {
 protected:
  // 10 a second, 100 at once.
  FlowLimit limit{600, seconds(10)};
  FlowMeter meter;
  SteadyTime now{std::chrono::hours(1)};

  int64_t TakeAll() {
    int64_t taken = 0;
    while (meter.Take(1, limit, now)) ++taken;
    return taken;
  }
};

TEST_F(FlowMeterTest, LetsTheBurstInAtOnceAndThenTheRate) {
  EXPECT_EQ(TakeAll(), 100);
  now += seconds(1);
  EXPECT_EQ(TakeAll(), 10);
  now += milliseconds(99);
  EXPECT_EQ(TakeAll(), 0);
  now += milliseconds(1);
  EXPECT_EQ(TakeAll(), 1);
}

TEST_F(FlowMeterTest, HoldsNoMoreThanTheBurstHoweverLongItWaits) {
  EXPECT_EQ(TakeAll(), 100);
  now += std::chrono::hours(24 * 30);
  EXPECT_EQ(TakeAll(), 100);
}

TEST_F(FlowMeterTest, SaysHowLongToWait) {
  EXPECT_EQ(TakeAll(), 100);
  EXPECT_EQ(meter.LevelFor(20, limit, now).wait, seconds(2));
  now += seconds(2) - Duration(1);
  EXPECT_FALSE(meter.Take(20, limit, now));
  now += Duration(1);
  EXPECT_TRUE(meter.Take(20, limit, now));
}

TEST_F(FlowMeterTest, ACallLargerThanTheBurstIsLetInWhenAllIsFreeAndLeavesADebt) {
  EXPECT_TRUE(meter.Take(1, limit, now));
  EXPECT_FALSE(meter.Take(300, limit, now));
  EXPECT_EQ(meter.LevelFor(300, limit, now).wait, milliseconds(100));
  now += milliseconds(100);
  EXPECT_TRUE(meter.Take(300, limit, now));
  EXPECT_EQ(meter.LevelFor(1, limit, now).free, -200);
  EXPECT_EQ(meter.LevelFor(1, limit, now).wait, milliseconds(20'100));
  now += milliseconds(20'099);
  EXPECT_FALSE(meter.Take(1, limit, now));
  now += milliseconds(1);
  EXPECT_TRUE(meter.Take(1, limit, now));
}

TEST_F(FlowMeterTest, WhatWasNotUsedComesBackAndWhatWasUsedBesidesIsDebt) {
  EXPECT_TRUE(meter.Take(100, limit, now));
  meter.Settle(100, 30, limit, now);
  EXPECT_EQ(meter.LevelFor(1, limit, now).free, 70);
  EXPECT_TRUE(meter.Take(70, limit, now));
  meter.Settle(70, 170, limit, now);
  EXPECT_EQ(meter.LevelFor(1, limit, now).free, -100);
  EXPECT_EQ(meter.LevelFor(0, limit, now).full, seconds(20));
}

TEST_F(FlowMeterTest, ADebtCountsEvenIfTheBucketHasLongBeenFull) {
  EXPECT_TRUE(meter.Take(1, limit, now));
  now += std::chrono::hours(1);
  meter.Settle(1, 101, limit, now);
  EXPECT_EQ(TakeAll(), 0);
}

TEST_F(FlowMeterTest, WhatComesBackLateDoesNotMakeTheBucketLarger) {
  EXPECT_TRUE(meter.Take(100, limit, now));
  now += seconds(10);
  meter.Settle(100, 0, limit, now);
  EXPECT_EQ(TakeAll(), 100);
}

TEST_F(FlowMeterTest, AnotherLimitGoesOnWithWhatWasCounted) {
  EXPECT_TRUE(meter.Take(80, limit, now));  // 8 s
  const FlowLimit lower(60, seconds(10));
  EXPECT_EQ(meter.LevelFor(1, lower, now).free, 2);
  const FlowLimit shorter(600, seconds(1));
  EXPECT_EQ(meter.LevelFor(1, shorter, now).free, -70);
  EXPECT_EQ(meter.LevelFor(1, shorter, now).wait, milliseconds(7100));
}

TEST_F(FlowMeterTest, OneCallIsLetInHoweverSmallTheBurst) {
  limit = FlowLimit(1, milliseconds(1));
  EXPECT_EQ(limit.capacity(), 1);
  EXPECT_EQ(TakeAll(), 1);
  now += seconds(59);
  EXPECT_EQ(TakeAll(), 0);
  now += seconds(1);
  EXPECT_EQ(TakeAll(), 1);
}

TEST_F(FlowMeterTest, LargeFiguresDoNotOverflow) {
  limit = FlowLimit(1, seconds(10));
  EXPECT_TRUE(meter.Take(INT64_MAX, limit, now));
  EXPECT_GT(meter.LevelFor(INT64_MAX, limit, now).wait, std::chrono::hours(24 * 364));
  meter.Settle(INT64_MAX, 0, limit, now);
  EXPECT_TRUE(meter.Take(1, limit, now));
  const FlowLimit fast(INT64_MAX, std::chrono::hours(1));
  EXPECT_GT(fast.capacity(), 0);
  FlowMeter other;
  EXPECT_TRUE(other.Take(1, fast, now));
}

TEST_F(FlowMeterTest, IsIdleOnceAllOfItIsFree) {
  EXPECT_TRUE(meter.Idle(now));
  EXPECT_TRUE(meter.Take(10, limit, now));
  EXPECT_FALSE(meter.Idle(now));
  now += seconds(1);
  EXPECT_TRUE(meter.Idle(now));
}

TEST_F(FlowMeterTest, ThreadsTogetherTakeNoMoreThanOneAlone) {
  std::atomic<int64_t> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        if (meter.Take(3, limit, now)) {
          meter.Settle(3, 1, limit, now);
          ++taken;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // Of the burst of 100, what is left is not enough for three.
  EXPECT_GE(taken.load(), 98 - 2 * 3);
  EXPECT_LE(taken.load(), 100);
  EXPECT_EQ(meter.LevelFor(1, limit, now).free, 100 - taken.load());
}

}  // namespace
}  // namespace inferwire::limits
