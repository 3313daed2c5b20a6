#include "limits/meter_set.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "unit/limits/times.h"

namespace inferwire::limits {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

Limit FlowOf(LimitKind kind, std::string scope, int64_t per_minute) {
  return {kind, std::move(scope), "",
          Flow{FlowLimit(per_minute, seconds(60)), std::make_shared<FlowMeter>()}};
}

Limit StockOf(LimitKind kind, std::string scope, int64_t amount) {
  StockLimit limit{.amount = amount, .periods = std::nullopt};
  if (const auto period = PeriodOf(kind)) {
    limit.periods = StockLimit::Periods{TimeZone::Utc(), *period};
  }
  return {kind, std::move(scope), "", Stock{limit, std::make_shared<StockMeter>()}};
}

int64_t Reserved(const Limit& limit, Moment now) {
  const auto& stock = std::get<Stock>(limit.meter);
  return stock.meter->LevelNow(stock.limit, now).reserved;
}
int64_t Spent(const Limit& limit, Moment now) {
  const auto& stock = std::get<Stock>(limit.meter);
  return stock.meter->LevelNow(stock.limit, now).spent;
}
int64_t Free(const Limit& limit, Moment now) {
  const auto& flow = std::get<Flow>(limit.meter);
  return flow.meter->LevelFor(0, flow.limit, now.steady).free;
}

class MeterSetTest : public testing::Test, protected Times {
 protected:
  Limit requests = FlowOf(LimitKind::kRequestsPerMinute, "tenant/a/search", 10);
  Limit tokens = FlowOf(LimitKind::kTokensPerMinute, "tenant/a", 1000);
  Limit at_once = StockOf(LimitKind::kConcurrentCalls, "tenant/a", 2);
  Limit money = StockOf(LimitKind::kMoneyPerDay, "tenant/a/search", 500);
  const Demand demand{
      .input_tokens = 60, .output_tokens = 40, .picousd = 100, .worst_picousd = 400};
};

TEST_F(MeterSetTest, TakesFromAllAndSettlesAll) {
  const MeterSet set({requests, tokens, at_once, money});
  EXPECT_FALSE(set.Take(demand, now).shortage);
  EXPECT_EQ(Free(requests, now), 9);
  EXPECT_EQ(Free(tokens, now), 900);
  EXPECT_EQ(Reserved(at_once, now), 1);
  EXPECT_EQ(Reserved(money, now), 100);

  set.Settle(demand, {.input_tokens = 50, .output_tokens = 10, .picousd = 70}, now);
  EXPECT_EQ(Free(requests, now), 9);
  EXPECT_EQ(Free(tokens, now), 940);
  EXPECT_EQ(Reserved(at_once, now), 0);
  EXPECT_EQ(Reserved(money, now), 0);
  EXPECT_EQ(Spent(money, now), 70);
}

TEST_F(MeterSetTest, TakesNothingAnywhereIfOneLimitIsShort) {
  const MeterSet set({requests, tokens, at_once, money});
  EXPECT_FALSE(set.Take(demand, now).shortage);
  EXPECT_FALSE(set.Take(demand, now).shortage);
  const auto refused = set.Take(demand, now).shortage;
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->limit->kind, LimitKind::kConcurrentCalls);
  EXPECT_EQ(Free(requests, now), 8);
  EXPECT_EQ(Free(tokens, now), 800);
  EXPECT_EQ(Reserved(at_once, now), 2);
  EXPECT_EQ(Reserved(money, now), 200);
}

TEST_F(MeterSetTest, WhatWasNeverSentCountsNowhere) {
  const MeterSet set({requests, tokens, at_once, money});
  EXPECT_FALSE(set.Take(demand, now).shortage);
  set.Settle(demand, {.counts = false, .input_tokens = 60, .picousd = 9}, now);
  EXPECT_EQ(Free(requests, now), 10);
  EXPECT_EQ(Free(tokens, now), 1000);
  EXPECT_EQ(Reserved(at_once, now), 0);
  EXPECT_EQ(Spent(money, now), 0);
}

TEST_F(MeterSetTest, TheStrictestOfAHierarchyDecides) {
  const Limit team = FlowOf(LimitKind::kRequestsPerMinute, "tenant/a/search", 3);
  const Limit tenant = FlowOf(LimitKind::kRequestsPerMinute, "tenant/a", 5);
  const MeterSet of_team({team, tenant}), of_others({tenant});
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(of_team.Take(demand, now).shortage);
  EXPECT_EQ(of_team.Take(demand, now).shortage->limit->scope, "tenant/a/search");
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(of_others.Take(demand, now).shortage);
  EXPECT_EQ(of_others.Take(demand, now).shortage->limit->scope, "tenant/a");
}

TEST_F(MeterSetTest, NamesTheLimitThatLastsLongest) {
  const Limit month = StockOf(LimitKind::kMoneyPerMonth, "tenant/a", 50);
  const Limit minute = FlowOf(LimitKind::kTokensPerMinute, "tenant/a", 10);
  const Limit full = StockOf(LimitKind::kConcurrentCalls, "tenant/a", 0);
  const MeterSet set({full, minute, month});
  EXPECT_EQ(set.Take(demand, now).shortage->limit->kind, LimitKind::kMoneyPerMonth);
}

TEST_F(MeterSetTest, SaysWhatIsMissingOfAFlow) {
  const MeterSet set({tokens});
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(set.Take(demand, now).shortage);
  const auto shortage = set.Take(demand, now).shortage;
  ASSERT_TRUE(shortage);
  EXPECT_EQ(shortage->needed, 100);
  EXPECT_EQ(shortage->used, 1000);
  EXPECT_EQ(shortage->remaining, 0);
  EXPECT_EQ(shortage->wait, seconds(6));
  EXPECT_EQ(shortage->reset_at, now.wall + seconds(60));
  EXPECT_FALSE(shortage->spent);
}

TEST_F(MeterSetTest, TellsWhatIsSpentFromWhatIsOnlySetAside) {
  const MeterSet set({money});
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(set.Take(demand, now).shortage);
  auto shortage = set.Take(demand, now).shortage;
  ASSERT_TRUE(shortage);
  EXPECT_FALSE(shortage->spent) << "it fits once the others have ended cheaper";
  EXPECT_EQ(shortage->reserved, 500);
  EXPECT_EQ(shortage->wait, seconds(1));

  for (int i = 0; i < 5; ++i) set.Settle(demand, {.picousd = 99}, now);
  shortage = set.Take(demand, now).shortage;
  ASSERT_TRUE(shortage);
  EXPECT_TRUE(shortage->spent);
  EXPECT_EQ(shortage->used, 495);
  EXPECT_EQ(shortage->remaining, 5);
  EXPECT_EQ(shortage->wait, hours(12));
  EXPECT_EQ(shortage->reset_at, now.wall + hours(12));
}

TEST_F(MeterSetTest, ABudgetOfTheWorstCaseSetsTheWorstCaseAside) {
  money.reserve = Reserve::kWorstCase;
  const MeterSet set({money});
  EXPECT_FALSE(set.Take(demand, now).shortage);
  EXPECT_EQ(Reserved(money, now), 400);
  EXPECT_TRUE(set.Take(demand, now).shortage);
}

TEST_F(MeterSetTest, ABudgetThatWarnsLetsCallsGoOnAndSaysSo) {
  money.on_exceed = OnExceed::kWarn;
  const MeterSet set({money, at_once});
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(set.Take(demand, now).exceeded, SizeIs(0));
    set.Settle(demand, {.picousd = 100}, now);
  }
  const auto taken = set.Take(demand, now);
  EXPECT_FALSE(taken.shortage);
  ASSERT_THAT(taken.exceeded, SizeIs(1));
  EXPECT_EQ(taken.exceeded.front()->kind, LimitKind::kMoneyPerDay);
  EXPECT_EQ(Reserved(money, now), 100);
  // A refusal by another limit gives that back as well.
  EXPECT_FALSE(set.Take(demand, now).shortage);
  EXPECT_TRUE(set.Take(demand, now).shortage);
  EXPECT_EQ(Reserved(money, now), 200);
}

TEST_F(MeterSetTest, WithoutLimitsEverythingGoes) {
  const MeterSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.Take(demand, now).shortage);
  set.Settle(demand, {}, now);
}

TEST_F(MeterSetTest, ThreadsInOppositeOrderLoseNothingAndDoNotDeadlock) {
  std::vector<Limit> forward, backward;
  for (int i = 0; i < 4; ++i) {
    forward.push_back(StockOf(LimitKind::kConcurrentCalls, std::to_string(i), 2));
  }
  backward.assign(forward.rbegin(), forward.rend());
  const MeterSet one(forward), other(backward);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const MeterSet& set = t % 2 == 0 ? one : other;
      for (int i = 0; i < 3000; ++i) {
        if (!set.Take(demand, now).shortage) set.Settle(demand, {}, now);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Limit& limit : forward) EXPECT_EQ(Reserved(limit, now), 0);
}

}  // namespace
}  // namespace inferwire::limits
