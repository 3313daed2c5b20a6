#include "limits/stock_meter.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "unit/limits/times.h"

namespace inferwire::limits {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr int64_t kDay = 24 * 3600;

class StockMeterTest : public testing::Test, protected Times {
 protected:
  StockLimit limit{.amount = 100,
                   .periods = StockLimit::Periods{TimeZone::Utc(), PeriodKind::kDay}};
  const StockLimit held{.amount = 3, .periods = std::nullopt};
  StockMeter meter;
};

TEST_F(StockMeterTest, WhatIsSetAsideAndWhatIsSpentTogetherStayBelowTheLimit) {
  EXPECT_TRUE(meter.Take(60, limit, now));
  EXPECT_FALSE(meter.Take(41, limit, now));
  EXPECT_TRUE(meter.Take(40, limit, now));
  meter.Settle(60, 10, limit, now);
  EXPECT_TRUE(meter.Take(50, limit, now));
  EXPECT_FALSE(meter.Take(1, limit, now));
  const auto level = meter.LevelNow(limit, now);
  EXPECT_EQ(level.spent, 10);
  EXPECT_EQ(level.reserved, 90);
  EXPECT_EQ(level.free, 0);
}

TEST_F(StockMeterTest, ANewPeriodBeginsByItselfAtItsFirstQuestion) {
  EXPECT_TRUE(meter.Take(100, limit, now));
  meter.Settle(100, 100, limit, now);
  Pass(hours(12) - seconds(1));
  EXPECT_FALSE(meter.Take(1, limit, now));
  Pass(seconds(1));
  EXPECT_TRUE(meter.Take(100, limit, now));
  EXPECT_EQ(meter.LevelNow(limit, now).period, (Period{kNoon + kDay / 2, kNoon + kDay * 3 / 2}));
}

TEST_F(StockMeterTest, ACallBelongsToThePeriodOfItsEnd) {
  EXPECT_TRUE(meter.Take(70, limit, now));
  Pass(hours(13));
  EXPECT_FALSE(meter.Take(31, limit, now)) << "what runs on is set aside of the new period";
  meter.Settle(70, 50, limit, now);
  const auto level = meter.LevelNow(limit, now);
  EXPECT_EQ(level.spent, 50);
  EXPECT_EQ(level.reserved, 0);
}

TEST_F(StockMeterTest, ADayOf23HoursEndsAfter23) {
  auto zone = TimeZone::Find("Europe/Amsterdam");
  ASSERT_TRUE(zone.ok());
  limit.periods->zone = *zone;
  const int64_t begin = 1'774'738'800;  // 2026-03-28T23:00Z, midnight before the clocks go forward
  SetWall(begin);
  EXPECT_TRUE(meter.Take(100, limit, now));
  meter.Settle(100, 100, limit, now);
  SetWall(begin + 23 * 3600 - 1);
  EXPECT_FALSE(meter.Take(1, limit, now));
  SetWall(begin + 23 * 3600);
  EXPECT_TRUE(meter.Take(1, limit, now));
}

TEST_F(StockMeterTest, ADayOf25HoursEndsAfter25) {
  auto zone = TimeZone::Find("Europe/Amsterdam");
  ASSERT_TRUE(zone.ok());
  limit.periods->zone = *zone;
  const int64_t begin = 1'792'879'200;  // 2026-10-24T22:00Z
  SetWall(begin);
  EXPECT_TRUE(meter.Take(100, limit, now));
  meter.Settle(100, 100, limit, now);
  SetWall(begin + 25 * 3600 - 1);
  EXPECT_FALSE(meter.Take(1, limit, now));
  SetWall(begin + 25 * 3600);
  EXPECT_TRUE(meter.Take(1, limit, now));
}

TEST_F(StockMeterTest, AWallClockThatIsSetBackOverMidnightGivesNothingTwice) {
  Pass(hours(12));
  EXPECT_TRUE(meter.Take(100, limit, now));
  meter.Settle(100, 100, limit, now);
  SetWall(kNoon + kDay / 2 - 10);
  EXPECT_FALSE(meter.Take(1, limit, now));
  SetWall(kNoon + kDay / 2 + 10);
  EXPECT_FALSE(meter.Take(1, limit, now));
  SetWall(kNoon + kDay * 3 / 2);
  EXPECT_TRUE(meter.Take(1, limit, now));
}

TEST_F(StockMeterTest, AWallClockThatWasFarAheadIsNotWaitedFor) {
  SetWall(kNoon + 400 * kDay);
  EXPECT_TRUE(meter.Take(100, limit, now));
  meter.Settle(100, 100, limit, now);
  SetWall(kNoon);
  EXPECT_FALSE(meter.Take(1, limit, now)) << "what is spent stays spent";
  SetWall(kNoon + kDay);
  EXPECT_TRUE(meter.Take(1, limit, now));
}

TEST_F(StockMeterTest, MoreThanWasSetAsideIsCountedAndNothingMoreFits) {
  EXPECT_TRUE(meter.Take(90, limit, now));
  meter.Settle(90, 130, limit, now);
  EXPECT_FALSE(meter.Take(1, limit, now));
  EXPECT_EQ(meter.LevelNow(limit, now).free, -30);
}

TEST_F(StockMeterTest, ALoweredLimitRefusesUntilEnoughIsFreeAndARaisedOneServesAtOnce) {
  EXPECT_TRUE(meter.Take(80, limit, now));
  meter.Settle(80, 80, limit, now);
  StockLimit lower = limit;
  lower.amount = 50;
  EXPECT_FALSE(meter.Take(1, lower, now));
  StockLimit higher = limit;
  higher.amount = 200;
  EXPECT_TRUE(meter.Take(120, higher, now));
  EXPECT_FALSE(meter.Take(1, higher, now));
}

TEST_F(StockMeterTest, ALimitThatOnlyWarnsCountsAllTheSame) {
  EXPECT_TRUE(meter.TakeAnyway(100, limit, now));
  EXPECT_FALSE(meter.TakeAnyway(5, limit, now));
  meter.Settle(100, 100, limit, now);
  meter.Settle(5, 5, limit, now);
  EXPECT_EQ(meter.LevelNow(limit, now).spent, 105);
}

TEST_F(StockMeterTest, WhatIsHeldComesBackWhole) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(meter.Take(1, held, now));
  EXPECT_FALSE(meter.Take(1, held, now));
  meter.Settle(1, 1, held, now);
  EXPECT_TRUE(meter.Take(1, held, now));
  EXPECT_EQ(meter.LevelNow(held, now).period, std::nullopt);
  Pass(hours(100));
  EXPECT_FALSE(meter.Take(1, held, now));
}

TEST_F(StockMeterTest, SumsDoNotOverflow) {
  limit.amount = INT64_MAX;
  EXPECT_TRUE(meter.Take(INT64_MAX, limit, now));
  EXPECT_FALSE(meter.Take(1, limit, now));
  meter.Settle(INT64_MAX, INT64_MAX, limit, now);
  meter.Settle(0, INT64_MAX, limit, now);
  EXPECT_EQ(meter.LevelNow(limit, now).spent, INT64_MAX);
  EXPECT_FALSE(meter.Take(1, limit, now));
}

TEST_F(StockMeterTest, IsIdleWhenItsPeriodIsOverAndNothingRuns) {
  EXPECT_TRUE(meter.Idle(now));
  EXPECT_TRUE(meter.Take(1, limit, now));
  EXPECT_FALSE(meter.Idle(now));
  meter.Settle(1, 1, limit, now);
  EXPECT_FALSE(meter.Idle(now));
  Pass(hours(12));
  EXPECT_TRUE(meter.Idle(now));
}

TEST_F(StockMeterTest, ThreadsTogetherNeverHoldMoreThanTheLimit) {
  std::atomic<int> inside{0}, most{0}, taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) {
        if (!meter.Take(1, held, now)) continue;
        ++taken;
        const int here = ++inside;
        int seen = most.load();
        while (here > seen && !most.compare_exchange_weak(seen, here)) {
        }
        --inside;
        meter.Settle(1, 0, held, now);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most.load(), 3);
  EXPECT_GE(taken.load(), 5000);
  EXPECT_EQ(meter.LevelNow(held, now).reserved, 0);
}

}  // namespace
}  // namespace inferwire::limits
