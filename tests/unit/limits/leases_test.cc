// Replicas that share one flow by leases, against a store that is a model of the real one: what
// holds for all of them together, whatever the store does.
#include <gmock/gmock.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "limits/exchange.h"
#include "limits/level.h"

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class MovedClock final : public Clock {
 public:
  SteadyTime Now() const override { return now; }
  WallTime WallNow() const override { return {}; }
  SteadyTime now{std::chrono::hours(1)};
};

// As store/flow_leases.cc has it in SQL.
class ModelStore {
 public:
  explicit ModelStore(const Clock& clock) : clock_(clock) {}

  FlowAnswer Ask(const std::vector<FlowAsk>& asks, int slot, int64_t not_after) {
    FlowAnswer answer;
    answer.store_time = Now();
    if (not_after != 0 && Now() >= not_after) return answer;
    for (const FlowAsk& ask : asks) answer.grants.push_back(Sell(ask, slot));
    return answer;
  }

  int64_t Now() const { return clock_.Now().time_since_epoch().count() + 1'000'000'007; }

 private:
  struct Row {
    int64_t tat = 0;
    std::map<int, int64_t> asked;
  };

  FlowGrant Sell(const FlowAsk& ask, int slot) {
    Row& row = rows_[ask.meter];
    const int64_t t = Now(), unit = ask.unit.count(), burst = ask.burst.count();
    row.asked[slot] = t;
    const auto active = std::max<int64_t>(
        1, std::count_if(row.asked.begin(), row.asked.end(),
                         [&](const auto& each) { return t - each.second < 2'000'000'000; }));
    const int64_t tat0 = std::max(row.tat - ask.back.count(), ask.cut ? t : t - burst);
    const int64_t have = (t - tat0) / unit;
    const int64_t ready = tat0 + std::min(ask.need * unit, burst) - t;
    int64_t m =
        std::min(ask.want, std::max({std::min(ask.most, have), ask.fair / active, int64_t{1}}));
    if (ask.need > 0 && (ready <= 0 || ask.need == 1)) m = std::max(m, ask.need);
    int64_t n = m;
    if (ask.need > 1 && ready > 0) n = 0;
    if (ask.need <= 1 && m * unit + tat0 - t > std::max<int64_t>(1'000'000'000, active * unit)) {
      n = 0;
    }
    row.tat = tat0 + n * unit;
    int64_t ahead = tat0 - t;
    if (n == 0) ahead = std::max<int64_t>(ready, 0);
    if (n > 0 && ask.need > 1) ahead = std::min(ahead, -ask.need * unit);
    return {ask.meter, n, Duration(ahead)};
  }

  const Clock& clock_;
  std::map<int64_t, Row> rows_;
};

// One replica's way to the store: it may hang, and what was sent then is executed when it thaws.
class Way final : public LeaseStore {
 public:
  explicit Way(ModelStore& store, int slot = 0, int live = 1)
      : live(live), store_(store), slot_(slot) {}

  Result<ReplicaStanding> Beat() override {
    if (hangs || gone) return Error();
    return ReplicaStanding{slot_, live, store_.Now()};
  }
  Result<std::vector<int64_t>> Numbers(const std::vector<std::string>& names) override {
    if (hangs || gone) return Error();
    return std::vector<int64_t>(names.size(), 1);
  }
  Result<StockAnswer> AskStocks(const std::vector<StockAsk>&, int64_t) override { return Error(); }
  Result<std::vector<Doubt>> Doubts() override { return std::vector<Doubt>(); }
  Result<bool> Resolve(const std::string&, const std::string&, int64_t) override { return false; }
  Result<void> Sweep() override { return {}; }
  Result<void> Leave() override { return {}; }
  Result<FlowAnswer> Ask(const std::vector<FlowAsk>& asks, int slot, int64_t not_after) override {
    if (gone) return Error();
    if (hangs) {
      late_.push_back({asks, slot, not_after});
      return Error();
    }
    return store_.Ask(asks, slot, not_after);
  }
  // Grants that nobody waits for any more.
  int64_t Thaw() {
    hangs = false;
    int64_t sold = 0;
    for (const auto& [asks, slot, not_after] : late_) {
      for (const FlowGrant& grant : store_.Ask(asks, slot, not_after).grants) sold += grant.amount;
    }
    late_.clear();
    return sold;
  }

  bool hangs = false, gone = false;
  int live;  // what the store says

 private:
  struct Question {
    std::vector<FlowAsk> asks;
    int slot;
    int64_t not_after;
  };
  ModelStore& store_;
  const int slot_;
  std::deque<Question> late_;
};

struct Replica {
  Replica(ModelStore& store, const Clock& clock, int slot, int replicas, const FlowLimit& limit)
      : way(store, slot, replicas),
        exchange(way, clock, {.replicas = replicas}),
        flow(exchange.Flow("rpm")),
        limit(limit) {
    flow->Use(limit, 1);
  }

  bool Take(int64_t amount, SteadyTime now) { return flow->Take(amount, limit, now).taken; }

  Way way;
  Exchange exchange;
  std::shared_ptr<LeasedFlow> flow;
  const FlowLimit limit;
};

class LeasesTest : public testing::Test {
 protected:
  void Start(int replicas, FlowLimit with) {
    limit = with;
    for (int i = 0; i < replicas; ++i) {
      this->replicas.push_back(std::make_unique<Replica>(store, clock, i, replicas, limit));
    }
  }

  // Calls of one unit come at `factor` times the limit, by chance, a share to each replica.
  void Run(Duration time, double factor, const std::vector<double>& weights = {}) {
    const double rate = static_cast<double>(limit.per_minute()) / 60 * factor;
    std::exponential_distribution<double> gap(rate);
    std::vector<double> even(replicas.size(), 1);
    std::discrete_distribution<size_t> who(weights.empty() ? even.begin() : weights.begin(),
                                           weights.empty() ? even.end() : weights.end());
    const SteadyTime end = clock.now + time;
    SteadyTime turn = clock.now;
    while (clock.now < end) {
      clock.now += Duration(1 + static_cast<int64_t>(gap(engine) * 1e9));
      const bool regular = clock.now - turn >= milliseconds(250);
      if (regular) turn = clock.now;
      for (const auto& replica : replicas) {
        regular ? replica->exchange.Turn() : void(replica->exchange.TurnForWoken());
      }
      Replica& replica = *replicas[who(engine)];
      bool taken = replica.Take(1, clock.now);
      // A call that is parked until the answer is there, which is at once here.
      if (!taken && replica.exchange.TurnForWoken()) taken = replica.Take(1, clock.now);
      taken ? admitted.push_back(clock.now) : void(++refused);
    }
  }

  int64_t MostIn(Duration window) const {
    size_t first = 0, most = 0;
    for (size_t last = 0; last < admitted.size(); ++last) {
      while (admitted[last] - admitted[first] >= window) ++first;
      most = std::max(most, last - first + 1);
    }
    return static_cast<int64_t>(most);
  }
  int64_t Between(SteadyTime from, SteadyTime to) const {
    return std::count_if(admitted.begin(), admitted.end(),
                         [&](SteadyTime at) { return at >= from && at < to; });
  }

  MovedClock clock;
  ModelStore store{clock};
  FlowLimit limit{60};
  std::vector<std::unique_ptr<Replica>> replicas;
  std::vector<SteadyTime> admitted;
  int refused = 0;
  std::mt19937_64 engine{5};
};

TEST_F(LeasesTest, ReplicasTogetherKeepTheLimitAndUseIt) {
  Start(3, FlowLimit(6000));
  const SteadyTime begin = clock.now;
  Run(seconds(180), 3);
  EXPECT_LE(MostIn(seconds(60)), 7000) << "the limit and its burst";
  EXPECT_GE(Between(begin + seconds(60), clock.now), 12'000 * 97 / 100);
  for (const auto& replica : replicas) {
    EXPECT_LE(replica->exchange.statements(), 180 * 8) << "however many calls there are";
  }
}

TEST_F(LeasesTest, ReplicasThatStartTogetherAndSeeNoOtherYetKeepTheLimit) {
  Start(8, FlowLimit(6000));  // 100 a second, 1,000 at once
  for (const auto& replica : replicas) replica->way.live = 1;
  const SteadyTime begin = clock.now;
  int64_t taken = 0;
  for (int turn = 0; turn < 100; ++turn) {
    for (const auto& replica : replicas) {
      replica->exchange.Turn();
      while (replica->Take(1, clock.now)) ++taken;
    }
    clock.now += milliseconds(10);
  }
  EXPECT_GE(taken, 900);
  EXPECT_LE(taken, 1000 + 100 * std::chrono::duration<double>(clock.now - begin).count());
}

TEST_F(LeasesTest, ALoadOnOneReplicaGetsTheWholeRate) {
  Start(10, FlowLimit(6000));
  const SteadyTime begin = clock.now;
  Run(seconds(120), 0.9, {1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_GE(Between(begin + seconds(20), clock.now), 9000 * 95 / 100);
  EXPECT_LE(MostIn(seconds(60)), 7000);
}

// By what it was granted of late; who begins to ask gets an equal share.
TEST_F(LeasesTest, EachReplicaKnowsHowFastTheLimitComesToIt) {
  Start(3, FlowLimit(6000));
  const auto per_second = [&](size_t i) {
    return replicas[i]->flow->LevelFor(1, limit, clock.now).per_second;
  };
  EXPECT_NEAR(per_second(0), 33, 1);
  Run(seconds(30), 3);
  for (size_t i = 0; i < 3; ++i) EXPECT_NEAR(per_second(i), 33, 8) << i;
  Run(seconds(15), 3, {1, 0, 0});
  EXPECT_NEAR(per_second(0), 100, 10);
  EXPECT_NEAR(per_second(1), 33, 1);
  for (const auto& replica : replicas) replica->way.gone = true;
  Run(seconds(5), 3, {1, 0, 0});
  EXPECT_NEAR(per_second(0), 67, 5) << "alone: half of an equal share and half of what it had";
}

TEST_F(LeasesTest, ASmallLimitOverManyReplicasIsUsedAndKept) {
  Start(20, FlowLimit(20));
  Run(seconds(600), 5);
  EXPECT_LE(MostIn(seconds(60)), 20 + 3 + 1);
  EXPECT_GE(static_cast<int64_t>(admitted.size()), 200 * 90 / 100);
}

TEST_F(LeasesTest, AFrozenStoreStopsNobodyAndSellsNothingTwice) {
  Start(3, FlowLimit(6000));
  Run(seconds(30), 3);
  for (const auto& replica : replicas) replica->way.hangs = true;
  const SteadyTime frozen = clock.now;
  Run(seconds(10), 3);
  EXPECT_GE(Between(frozen + seconds(2), clock.now), 8 * 100 * 80 / 100);
  for (const auto& replica : replicas) {
    EXPECT_EQ(replica->way.Thaw(), 0) << "what was asked then is not wanted any more";
  }
  const SteadyTime thawed = clock.now;
  Run(seconds(60), 3);
  EXPECT_LE(MostIn(seconds(60)), 7000);
  // No gap while what happened alone would be paid back.
  for (int second = 1; second < 30; ++second) {
    EXPECT_GE(Between(thawed + seconds(second), thawed + seconds(second + 1)), 70) << second;
  }
}

TEST_F(LeasesTest, BelowTheLimitNobodyFeelsThatTheStoreIsBack) {
  Start(3, FlowLimit(60'000, seconds(2)));
  Run(seconds(10), 0.3);
  for (const auto& replica : replicas) replica->way.hangs = true;
  Run(seconds(8), 0.3);
  refused = 0;
  for (const auto& replica : replicas) replica->way.Thaw();
  Run(seconds(10), 0.3);
  EXPECT_EQ(refused, 0) << "each lease is of a later time than the one before";
}

TEST_F(LeasesTest, AboveItTheLimitHoldsWhenTheStoreIsBack) {
  Start(3, FlowLimit(6000, seconds(2)));
  Run(seconds(10), 3);
  for (const auto& replica : replicas) replica->way.hangs = true;
  Run(seconds(8), 3);
  for (const auto& replica : replicas) replica->way.Thaw();
  Run(seconds(30), 3);
  EXPECT_LE(MostIn(seconds(10)), 1200);
}

TEST_F(LeasesTest, AStoreThatIsGoneForGoodLeavesEachItsShare) {
  Start(3, FlowLimit(6000));
  Run(seconds(30), 3);
  for (const auto& replica : replicas) replica->way.gone = true;
  const SteadyTime begin = clock.now;
  Run(seconds(120), 3);
  EXPECT_FALSE(replicas[0]->exchange.reached());
  EXPECT_LE(MostIn(seconds(60)), 7000);
  EXPECT_GE(Between(begin, clock.now), 12'000 * 85 / 100);
}

TEST_F(LeasesTest, ADeadReplicaTakesNoMoreThanItsPieceAlong) {
  Start(3, FlowLimit(6000));
  Run(seconds(30), 3);
  replicas.pop_back();
  const SteadyTime died = clock.now;
  Run(seconds(30), 3);
  EXPECT_GE(Between(died, died + seconds(3)), 300 - 50);
  EXPECT_GE(Between(died + seconds(3), clock.now), 2700 * 97 / 100);
}

TEST_F(LeasesTest, ACallLargerThanTheBurstIsServedWhenTheBucketIsFull) {
  Start(1, FlowLimit(60'000));  // 10,000 at once, of which the store holds 7,500
  Replica& replica = *replicas[0];
  const auto serve = [&](int64_t amount) {
    const SteadyTime begin = clock.now;
    while (!replica.Take(amount, clock.now)) {
      clock.now += milliseconds(10);
      replica.exchange.Turn();
      if (clock.now - begin > seconds(120)) break;
    }
    return clock.now - begin;
  };
  EXPECT_LE(serve(20'000), milliseconds(100));
  const Duration debt = serve(1000);
  EXPECT_GE(debt, seconds(12)) << "what was taken beyond the bucket is paid first";
  EXPECT_LE(debt, seconds(25));
}

TEST_F(LeasesTest, WhatIsNotUsedGoesBack) {
  Start(2, FlowLimit(6000));
  Run(seconds(20), 3, {1, 0.001});
  // The second replica is alone now; what the first held is not lost for it.
  const SteadyTime begin = clock.now;
  Run(seconds(20), 3, {0, 1});
  EXPECT_GE(Between(begin + seconds(2), clock.now), 1800 * 95 / 100);
}

TEST_F(LeasesTest, WhatWasUsedBeyondWhatWasTakenIsPaidByTheNextLeases) {
  Start(1, FlowLimit(6000));
  Replica& replica = *replicas[0];
  Run(seconds(20), 1);
  replica.flow->Settle(0, 3000, limit, clock.now);  // half a minute's
  admitted.clear();
  const SteadyTime begin = clock.now;
  Run(seconds(60), 1);
  EXPECT_LE(Between(begin, clock.now), 6000 + 1000 - 3000 + 200);
}

// I1 over the replicas, where calls do not wait for their first lease.
TEST_F(LeasesTest, WhatIsTakenBeforeALeaseIsThereIsWithinTheBurst) {
  Start(4, FlowLimit(6000));
  int64_t taken = 0;
  for (const auto& replica : replicas) {
    while (replica->Take(1, clock.now)) ++taken;
  }
  EXPECT_GT(taken, 0) << "a first call need not wait";
  EXPECT_LE(taken, 1000 / 8);
  admitted.assign(static_cast<size_t>(taken), clock.now);
  Run(seconds(120), 3);
  EXPECT_LE(MostIn(seconds(10)), 2000) << "it is paid by the leases that come";
  EXPECT_LE(MostIn(seconds(60)), 7000);
}

TEST_F(LeasesTest, AFirstCallOfALimitTooSmallToDivideGoesAndIsPaid) {
  Start(3, FlowLimit(60));  // 10 at once
  const SteadyTime begin = clock.now;
  for (const auto& replica : replicas) EXPECT_TRUE(replica->Take(1, clock.now));
  admitted.assign(3, clock.now);
  Run(seconds(120), 5);
  EXPECT_LE(MostIn(seconds(60)), 70);
  EXPECT_GE(Between(begin, clock.now), 120 * 90 / 100);
}

TEST_F(LeasesTest, WhileTheStoreIsNotReachedTheModeDecides) {
  Start(2, FlowLimit(6000));
  Run(seconds(10), 3);
  for (const auto& replica : replicas) replica->way.gone = true;
  replicas[0]->exchange.Use(StoreDown::kDeny);
  replicas[1]->exchange.Use(StoreDown::kAllow);
  clock.now += seconds(10);  // what was leased is used up or too old
  for (const auto& replica : replicas) replica->exchange.Turn();
  while (replicas[0]->Take(1, clock.now)) {
  }
  clock.now += seconds(60);
  EXPECT_FALSE(replicas[0]->Take(1, clock.now));
  EXPECT_TRUE(replicas[1]->Take(1'000'000, clock.now));
}

TEST_F(LeasesTest, ANewLimitHoldsFromItsVersionOnAndAnOlderOneDoesNotComeBack) {
  Start(1, FlowLimit(60'000));
  Run(seconds(20), 1);
  replicas[0]->flow->Use(FlowLimit(600), 3);
  replicas[0]->flow->Use(FlowLimit(60'000), 2);
  admitted.clear();
  Run(seconds(60), 1);
  EXPECT_LE(static_cast<int64_t>(admitted.size()), 600 + 100 + 10);
  EXPECT_GE(static_cast<int64_t>(admitted.size()), 600 * 90 / 100);
}

TEST_F(LeasesTest, ACallWithoutALeaseIsToldToComeBackAtOnce) {
  Start(1, FlowLimit(6000));
  const auto level = replicas[0]->flow->LevelFor(500, limit, clock.now);
  EXPECT_TRUE(level.pending);
  EXPECT_EQ(level.wait, milliseconds(50));
}

TEST_F(LeasesTest, TellsOfALimitWhileLittleOfItIsLeft) {
  Start(1, FlowLimit(6000));
  LeasedFlow& flow = *replicas[0]->flow;
  const Limit rpm{LimitKind::kRequestsPerMinute, "tenant/acme", "", Flow{limit, replicas[0]->flow}};
  const auto used = [&] { return LevelOf(rpm, {clock.now, {}}).used_ratio(); };
  EXPECT_EQ(used(), 0) << "nobody has asked for any yet";
  const Took first = flow.Take(1, limit, clock.now);
  EXPECT_TRUE(first.taken);
  EXPECT_FALSE(first.nearly_used);
  Run(seconds(5), 0.5);
  EXPECT_FALSE(flow.Take(1, limit, clock.now).nearly_used);
  EXPECT_LT(used(), 0.2);
  Run(seconds(20), 3);
  EXPECT_TRUE(flow.Take(1, limit, clock.now).nearly_used);
  EXPECT_GE(used(), kNearlyUsed);
  clock.now += seconds(60);
  EXPECT_LT(used(), 0.2) << "it has come back meanwhile";
  replicas[0]->way.hangs = true;
  Run(seconds(1), 0.5);
  EXPECT_TRUE(flow.Take(1, limit, clock.now).nearly_used) << "nobody knows what others use";
}

TEST_F(LeasesTest, ALargeCallIsAskedForWhenAllOfItIsThereAndNotAllTheTime) {
  constexpr int64_t kTokens = 1000;
  Start(3, FlowLimit(600'000));
  const auto take = [&](Replica& replica) {
    if (replica.Take(kTokens, clock.now)) return true;
    return replica.exchange.TurnForWoken() && replica.Take(kTokens, clock.now);
  };
  int64_t taken = 0;
  SteadyTime turn = clock.now;
  const SteadyTime begin = clock.now + seconds(20), end = begin + seconds(20);
  int64_t before = 0;
  const auto asked = [&] {
    int64_t sum = 0;
    for (const auto& replica : replicas) sum += replica->exchange.statements();
    return sum;
  };
  while (clock.now < end) {
    if (clock.now < begin) taken = 0, before = asked();
    clock.now += milliseconds(30);  // nine times as many as there is room for
    if (clock.now - turn >= milliseconds(250)) {
      turn = clock.now;
      for (const auto& replica : replicas) replica->exchange.Turn();
    }
    for (const auto& replica : replicas) taken += take(*replica) ? kTokens : 0;
  }
  EXPECT_GE(taken, 20 * 10'000 * 97 / 100);
  EXPECT_LE(taken, 20 * 10'000 * 105 / 100);
  EXPECT_LE(asked() - before, 20 * 3 * 12) << "a second and replica";
}

TEST(Exchange, TurnsOnItsOwnThreadWhenAFlowWakesIt) {
  MovedClock clock;
  ModelStore store(clock);
  Way way(store);
  const FlowLimit limit(6000);
  std::shared_ptr<LeasedFlow> flow;
  {
    Exchange exchange(way, clock, {});
    flow = exchange.Flow("rpm");
    flow->Use(limit, 1);
    exchange.Run();
    // More than may be taken in advance of a lease.
    while (!flow->Take(200, limit, clock.Now())) std::this_thread::yield();
    EXPECT_GE(exchange.statements(), 1);
  }
  for (int i = 0; i < 10; ++i) flow->Take(1, limit, clock.Now());  // with nobody to ask for it
}

}  // namespace
}  // namespace inferwire::limits
