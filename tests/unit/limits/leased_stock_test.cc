// Replicas that share stocks by leases, against a model of the store: what holds for all of them
// together, whatever the store and the ways to it do.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "unit/limits/stock_model.h"

namespace inferwire::limits {
namespace {

using Fate = StockWay::Fate;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Watcher final : public ExchangeObserver {
 public:
  void Passed(const std::string& meter, int percent) override {
    passed.push_back(meter + " " + std::to_string(percent));
  }
  void Overrun(const std::string&, int64_t amount) override { overrun += amount; }
  std::vector<std::string> passed;
  int64_t overrun = 0;
};

struct Replica {
  Replica(StockModel& store, const Clock& clock, const std::string& name, int replicas,
          const StockLimit& limit)
      : name(name),
        way(store, name),
        clock(clock),
        exchange(way, clock, {.replicas = replicas}, &watcher),
        limit(limit) {
    way.live = replicas;
    stock = exchange.Stock("m");
    stock->Use(limit, 1);
  }
  bool Take(int64_t amount) { return stock->Take(amount, limit, Moment::Of(clock)).taken; }
  // A call that is parked until the answer is there, which is at once here.
  bool TakeOrWait(int64_t amount) {
    if (Take(amount)) return true;
    exchange.TurnForWoken();
    return Take(amount);
  }
  void Settle(int64_t taken, int64_t spent) {
    stock->Settle(taken, spent, limit, Moment::Of(clock));
  }
  StockCounter::Level Level() { return stock->LevelNow(limit, Moment::Of(clock)); }

  const std::string name;
  StockWay way;
  const Clock& clock;
  Watcher watcher;
  Exchange exchange;
  StockLimit limit;
  std::shared_ptr<LeasedStock> stock;
};

class LeasedStockTest : public testing::Test {
 protected:
  static StockLimit Monthly(int64_t amount) {
    return {.amount = amount, .periods = StockLimit::Periods{TimeZone::Utc(), PeriodKind::kMonth}};
  }
  static StockLimit Slots(int64_t amount) { return {.amount = amount, .periods = std::nullopt}; }

  void Start(int count, const StockLimit& limit) {
    for (int i = 0; i < count; ++i) {
      replicas.push_back(
          std::make_unique<Replica>(store, clock, std::string(1, char('a' + i)), count, limit));
    }
  }
  void Turn() {
    for (const auto& replica : replicas) replica->exchange.Turn();
  }
  void Pass(Duration time) {
    for (; time > Duration::zero(); time -= milliseconds(250)) {
      clock.now += milliseconds(250);
      Turn();
    }
  }

  MovedClock clock;
  StockModel store{clock};
  std::vector<std::unique_ptr<Replica>> replicas;
};

TEST_F(LeasedStockTest, AFirstCallIsToldThatItsLeaseIsComing) {
  Start(1, Monthly(1000));
  EXPECT_FALSE(replicas[0]->Take(10));
  EXPECT_TRUE(replicas[0]->Level().pending);
  EXPECT_TRUE(replicas[0]->exchange.TurnForWoken());
  EXPECT_TRUE(replicas[0]->Take(10));
}

TEST_F(LeasedStockTest, TellsOfALimitWhileLittleOfItIsLeft) {
  Start(2, Monthly(1000));
  const auto nearly_used = [this] {
    return replicas[0]->stock->Take(0, replicas[0]->limit, Moment::Of(clock)).nearly_used;
  };
  EXPECT_FALSE(nearly_used());
  ASSERT_TRUE(replicas[0]->TakeOrWait(400));
  EXPECT_FALSE(nearly_used());
  ASSERT_TRUE(replicas[1]->TakeOrWait(400));
  replicas[1]->Settle(400, 400);
  Pass(seconds(2));
  EXPECT_TRUE(nearly_used()) << "with what the other one has spent";
}

TEST_F(LeasedStockTest, ABudgetIsSpentToItsEndByWhoeverNeedsItAndNotBeyond) {
  Start(3, Monthly(10'000));
  int64_t spent = 0;
  for (int i = 0; i < 2000; ++i) {
    Replica& replica = *replicas[static_cast<size_t>(i) % 3];
    if (replica.TakeOrWait(50)) replica.Settle(50, 50), spent += 50;
    clock.now += milliseconds(5);
    if (i % 50 == 0) Turn();
  }
  EXPECT_LE(spent, 10'000);
  EXPECT_GE(spent, 9900);
  EXPECT_TRUE(replicas[0]->Level().spent >= 9900) << "each knows what all have spent";
}

TEST_F(LeasedStockTest, ABudgetOfFewCallsGoesToWhoeverAsks) {
  Start(3, Monthly(200));
  int served = 0;
  for (int i = 0; i < 300; ++i) {
    Replica& replica = *replicas[static_cast<size_t>(i) % 3];
    if (replica.TakeOrWait(50)) replica.Settle(50, 50), ++served;
    clock.now += milliseconds(20);
    if (i % 12 == 0) Turn();
  }
  EXPECT_EQ(served, 4);
}

TEST_F(LeasedStockTest, WhatDiedWithAReplicaStaysLentUntilSomebodySaysOtherwise) {
  Start(2, Monthly(1000));
  ASSERT_TRUE(replicas[0]->TakeOrWait(100));
  const int64_t lent = store.rows().begin()->second.leases["a"].granted;
  EXPECT_GE(lent, 100);
  replicas.erase(replicas.begin());
  Pass(seconds(10));
  int64_t spent = 0;
  for (int i = 0; i < 400; ++i) {
    if (replicas[0]->TakeOrWait(10)) replicas[0]->Settle(10, 10), spent += 10;
    Pass(milliseconds(250));
  }
  EXPECT_EQ(spent, 1000 - lent) << "never over, and no more than its lease is missing";
}

TEST_F(LeasedStockTest, SlotsOfADeadReplicaComeBack) {
  Start(2, Slots(4));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(replicas[0]->TakeOrWait(1)) << i;
  replicas.erase(replicas.begin());
  int held = 0;
  while (replicas[0]->TakeOrWait(1)) ++held;
  EXPECT_LE(held, 1);
  Pass(milliseconds(4250));
  while (replicas[0]->TakeOrWait(1)) ++held;
  EXPECT_EQ(held, 4);
}

TEST_F(LeasedStockTest, WhileAnotherWaitsNobodyKeepsMoreSlotsThanHisPart) {
  Start(2, Slots(10));
  int first = 0, second = 0;
  while (replicas[0]->TakeOrWait(1)) ++first;
  EXPECT_GE(first, 9);
  // The other one comes, and the first one's calls end and are followed by others.
  for (int i = 0; i < 200; ++i) {
    clock.now += milliseconds(150);
    Turn();
    if (replicas[1]->TakeOrWait(1)) ++second;
    replicas[0]->Settle(1, 0), --first;
    replicas[0]->exchange.TurnForWoken();
    if (replicas[0]->TakeOrWait(1)) ++first;
    ASSERT_LE(first + second, 10);
  }
  EXPECT_EQ(second, 5);
  EXPECT_EQ(first, 5);
}

TEST_F(LeasedStockTest, AReplicaThatWasStoppedDoesNotGoOnWithAnOldLease) {
  Start(1, Slots(4));
  ASSERT_TRUE(replicas[0]->TakeOrWait(1));
  replicas[0]->Settle(1, 0);
  clock.now += milliseconds(2900);
  EXPECT_TRUE(replicas[0]->Take(1));
  replicas[0]->Settle(1, 0);
  clock.now += milliseconds(200);
  EXPECT_FALSE(replicas[0]->Take(1)) << "others may have it by now";
}

TEST_F(LeasedStockTest, WithoutTheStoreMoneyGoesOnWithItsLeaseAndItsPartOfTheRest) {
  Start(2, Monthly(1000));
  ASSERT_TRUE(replicas[0]->TakeOrWait(10));
  for (const auto& replica : replicas) replica->way.fate = Fate::kUnsent;
  clock.now += seconds(2);
  Turn();
  const auto use = [&](Replica& replica) {
    int64_t sum = 0;
    while (replica.Take(10)) sum += 10;
    return sum;
  };
  const int64_t one = use(*replicas[0]), other = use(*replicas[1]);
  EXPECT_GE(one, 200);
  EXPECT_GE(other, 200) << "who never asked has a part of the limit";
  EXPECT_LE(10 + one + other, 1000);
}

TEST_F(LeasedStockTest, WithoutTheStoreTheModeDecides) {
  Start(2, Monthly(1000));
  replicas[0]->exchange.Use(StoreDown::kDeny);
  replicas[1]->exchange.Use(StoreDown::kAllow);
  for (const auto& replica : replicas) replica->way.fate = Fate::kUnsent;
  Turn();
  EXPECT_FALSE(replicas[0]->Take(1));
  EXPECT_TRUE(replicas[1]->Take(100'000));
}

TEST_F(LeasedStockTest, ItsLevelSaysWhatIsInDoubtAndWhetherTheStoreIsReached) {
  Start(1, Monthly(1000));
  Doubt doubt;
  doubt.meter = "m";
  doubt.granted = 100;
  doubt.spent = 30;
  Doubt other = doubt;
  other.meter = "another";
  replicas[0]->way.doubts = {doubt, doubt, other};
  Pass(seconds(20));
  EXPECT_EQ(replicas[0]->Level().in_doubt, 140);
  EXPECT_FALSE(replicas[0]->Level().local);
  replicas[0]->way.doubts.clear();
  Pass(seconds(20));
  EXPECT_EQ(replicas[0]->Level().in_doubt, 0);
  replicas[0]->way.fate = Fate::kUnsent;
  EXPECT_TRUE(replicas[0]->TakeOrWait(1));
  Pass(seconds(5));
  EXPECT_TRUE(replicas[0]->Level().local);
}

TEST_F(LeasedStockTest, APartOfTheCallsAtOnceIsLeftWithoutTheStore) {
  Start(3, Slots(9));
  for (const auto& replica : replicas) replica->way.fate = Fate::kUnsent;
  clock.now += seconds(5);
  Turn();
  for (const auto& replica : replicas) {
    int held = 0;
    while (replica->Take(1)) ++held;
    EXPECT_EQ(held, 3);
  }
}

TEST_F(LeasedStockTest, AThresholdIsToldOnceByOneReplica) {
  Start(3, Monthly(1000));
  for (int i = 0; i < 200; ++i) {
    Replica& replica = *replicas[static_cast<size_t>(i) % 3];
    if (replica.TakeOrWait(10)) replica.Settle(10, 10);
    Pass(milliseconds(500));
  }
  Pass(seconds(3));
  std::vector<std::string> passed;
  for (const auto& replica : replicas) {
    passed.insert(passed.end(), replica->watcher.passed.begin(), replica->watcher.passed.end());
  }
  EXPECT_THAT(passed, testing::UnorderedElementsAre("m 50", "m 80", "m 100"));
}

TEST_F(LeasedStockTest, WhatIsSpentBeyondALimitIsCountedOnce) {
  Start(2, Monthly(100));
  ASSERT_TRUE(replicas[0]->TakeOrWait(50));
  replicas[0]->Settle(50, 160);  // dearer than was thought
  Pass(seconds(3));
  ASSERT_FALSE(replicas[1]->TakeOrWait(1));
  Pass(seconds(3));
  EXPECT_EQ(replicas[0]->watcher.overrun, 60);
  EXPECT_EQ(replicas[1]->watcher.overrun, 0);
}

TEST_F(LeasedStockTest, ANewPeriodBeginsWithWhatItHasAndTheOldOneIsClosed) {
  Start(1, {.amount = 100, .periods = StockLimit::Periods{TimeZone::Utc(), PeriodKind::kDay}});
  Replica& replica = *replicas[0];
  ASSERT_TRUE(replica.TakeOrWait(100));
  ASSERT_FALSE(replica.TakeOrWait(1));
  clock.now += std::chrono::hours(12);  // it was noon
  replica.exchange.Turn();
  replica.Settle(100, 40);  // belongs to the day of its end
  EXPECT_TRUE(replica.TakeOrWait(60));
  EXPECT_FALSE(replica.TakeOrWait(1));
  Pass(seconds(2));
  ASSERT_EQ(store.rows().size(), 2u);
  EXPECT_EQ(store.rows().begin()->second.granted, 0) << "what was lent of yesterday";
  EXPECT_EQ(store.rows().rbegin()->second.spent, 40);
}

TEST_F(LeasedStockTest, WhatIsNotUsedIsGivenBack) {
  Start(2, Monthly(1000));
  ASSERT_TRUE(replicas[0]->TakeOrWait(10));
  replicas[0]->Settle(10, 10);
  Pass(seconds(70));
  EXPECT_EQ(store.rows().begin()->second.granted, 10);
  const int asked = replicas[0]->way.asked;
  Pass(seconds(30));
  EXPECT_EQ(replicas[0]->way.asked, asked) << "and nothing more is said of it";
  EXPECT_TRUE(
      replicas[0]->stock->Idle(Moment{clock.now, clock.WallNow() + std::chrono::hours(24 * 40)}));
}

TEST_F(LeasedStockTest, WhoLeavesGivesEverythingBack) {
  Start(1, Monthly(1000));
  ASSERT_TRUE(replicas[0]->TakeOrWait(10));
  replicas[0]->Settle(10, 7);
  replicas[0]->exchange.Leave();
  EXPECT_EQ(store.rows().begin()->second.granted, 7);
  EXPECT_EQ(store.rows().begin()->second.spent, 7);
  EXPECT_TRUE(replicas[0]->way.left);
}

TEST_F(LeasedStockTest, AMeterThatNobodyHoldsIsForgotten) {
  Start(1, Monthly(1000));
  replicas[0]->stock.reset();
  Turn();
  EXPECT_EQ(replicas[0]->way.asked, 0);
}

// A call of one of the replicas.
struct Running {
  size_t replica;
  int64_t taken;
};

// S1 and S2 in every state, whatever is lost, late, repeated, killed and started again.
class Chaos {
 public:
  Chaos(uint64_t seed, bool held)
      : engine_(seed), held_(held), limit_{Below(20) == 0 ? Below(20) : 20 + Below(5000), {}} {
    if (!held) limit_.periods = StockLimit::Periods{TimeZone::Utc(), PeriodKind::kMonth};
    for (int i = 0; i < 3; ++i) replicas_.push_back(New());
  }

  void Step() {
    clock_.now += milliseconds(1 + Below(120));
    const size_t who = static_cast<size_t>(Below(3));
    Replica& replica = *replicas_[who];
    if (OneIn(6)) replica.way.next = static_cast<Fate>(Below(5));
    if (OneIn(10)) replica.way.Deliver();
    if (!held_ && OneIn(100)) cut_[who] = !cut_[who];  // for long
    replica.way.fate = cut_[who] ? Fate::kUnsent : Fate::kWell;
    if (OneIn(4)) replica.exchange.Turn();
    if (OneIn(2)) replica.exchange.TurnForWoken();
    const int64_t amount = held_ ? 1 : 1 + Below(60);
    if (replica.Take(amount)) running_.push_back({who, amount});
    if (running_.size() > 40 || OneIn(3)) End();
    if (OneIn(400)) Kill(who);
    if (held_) KeepAlive();
    Check();
  }

 private:
  int64_t Below(int64_t bound) { return static_cast<int64_t>(engine_() % uint64_t(bound)); }
  bool OneIn(int64_t n) { return Below(n) == 0; }

  std::unique_ptr<Replica> New() {
    auto replica = std::make_unique<Replica>(store_, clock_, std::to_string(++names_), 3, limit_);
    replica->exchange.Use(StoreDown::kDeny);
    return replica;
  }

  void End() {
    if (running_.empty()) return;
    const size_t at = static_cast<size_t>(Below(static_cast<int64_t>(running_.size())));
    const Running call = running_[at];
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
    const int64_t spent = held_ ? 0 : Below(call.taken + 1);
    replicas_[call.replica]->Settle(call.taken, spent);
    spent_ += spent;
  }

  // Its calls may have used all that was set aside for them.
  void Kill(size_t who) {
    std::erase_if(running_, [&](const Running& call) {
      if (call.replica != who) return false;
      if (!held_) spent_ += call.taken;
      return true;
    });
    replicas_[who] = New();
    cut_[who] = false;
  }

  // Slots come back when a replica is silent for long, and then its calls are not counted: here
  // nobody is silent for so long.
  void KeepAlive() {
    for (const auto& replica : replicas_) {
      if (clock_.now - kept_[replica->name] < seconds(1)) continue;
      replica->way.next = Fate::kWell;
      kept_[replica->name] = clock_.now;
      for (int i = 0; i < 2; ++i) clock_.now += milliseconds(500), replica->exchange.Turn();
    }
  }

  void Check() {
    int64_t out = spent_;
    std::map<std::string, int64_t> used;
    for (const Running& call : running_) {
      out += call.taken;
      used[replicas_[call.replica]->name] += call.taken;
    }
    ASSERT_LE(out, limit_.amount) << "all of it together";
    for (const auto& [_, row] : store_.rows()) {
      int64_t sum = 0, spent = 0;
      for (const auto& [name, lease] : row.leases) {
        sum += lease.granted;
        spent += lease.spent;
        ASSERT_GE(lease.granted, lease.spent + lease.reserved);
        if (held_ && lease.until > clock_.now && used.contains(name)) {
          ASSERT_LE(used[name], lease.granted) << name;
        }
      }
      ASSERT_EQ(sum, row.granted);
      ASSERT_EQ(spent, row.spent);
      ASSERT_LE(row.granted, limit_.amount);
    }
  }

  std::mt19937_64 engine_;
  const bool held_;
  MovedClock clock_;
  StockModel store_{clock_};
  StockLimit limit_;
  int names_ = 0;
  std::vector<std::unique_ptr<Replica>> replicas_;
  bool cut_[3] = {};
  std::map<std::string, SteadyTime> kept_;
  std::vector<Running> running_;
  int64_t spent_ = 0;  // by all that ever lived
};

TEST(LeasedStockProperty, MoneyIsNeverExceededWhateverIsLostLateRepeatedOrKilled) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Chaos chaos(seed, /*held=*/false);
    for (int step = 0; step < 2000; ++step) {
      chaos.Step();
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << " step " << step;
    }
  }
}

TEST(LeasedStockProperty, CallsAtOnceAreNeverExceededWhateverIsLostLateRepeatedOrKilled) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Chaos chaos(seed, /*held=*/true);
    for (int step = 0; step < 2000; ++step) {
      chaos.Step();
      ASSERT_FALSE(testing::Test::HasFatalFailure()) << "seed " << seed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace inferwire::limits
