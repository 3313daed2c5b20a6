// Leases of stocks and the register of replicas, by a real PostgreSQL.
#include <gmock/gmock.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "limits/exchange.h"
#include "store/fault.h"
#include "store/postgres_leases.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

using limits::StockAsk;
using std::chrono::milliseconds;
using std::chrono::seconds;

class StockLeasesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (Cluster() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    url_ = Cluster()->NewDatabase();
  }

  std::unique_ptr<PostgresLeases> Connect(const std::string& replica) {
    return std::make_unique<PostgresLeases>(url_, patience_, replica);
  }
  static int64_t Number(PostgresLeases& store, const std::string& name) {
    auto numbers = store.Numbers({name});
    EXPECT_TRUE(numbers) << numbers.error().message;
    return numbers ? numbers->front() : 0;
  }
  // Of 1,000 in a period that ends in an hour.
  static StockAsk Ask(int64_t meter, int64_t turn) {
    StockAsk ask;
    ask.meter = meter;
    ask.period = std::time(nullptr) / 3600 * 3600;
    ask.ends = ask.period + 2 * 3600;
    ask.limit = 1000;
    ask.turn = turn;
    return ask;
  }
  static StockAsk AskSlots(int64_t meter, int64_t turn, int64_t reserved, int64_t need) {
    StockAsk ask;
    ask.meter = meter;
    ask.limit = 10;
    ask.turn = turn;
    ask.held = true;
    ask.reserved = reserved;
    ask.need = need;
    ask.least = need > 0 ? 1 : 0;
    ask.unit = 1;
    return ask;
  }
  static limits::StockGrant One(PostgresLeases& store, const StockAsk& ask) {
    const auto answer = store.AskStocks({ask}, 0);
    EXPECT_TRUE(answer) << answer.error().message;
    if (!answer || answer->grants.size() != 1) {
      ADD_FAILURE() << "no grant";
      return {};
    }
    return answer->grants.front();
  }
  // As if their time were over.
  void EndLeases() { Execute("UPDATE stock_lease SET until = clock_timestamp() - interval '1 s'"); }
  void Execute(const std::string& statement) {
    PostgresConnection connection(url_, patience_);
    ASSERT_TRUE(connection.Open());
    ASSERT_TRUE(connection.Execute(statement));
  }

  std::string url_;
  const milliseconds patience_{5000};
};

TEST_F(StockLeasesTest, LendsWhatIsNeededAndAPartOfWhatIsLeft) {
  auto a = Connect("a");
  const int64_t meter = Number(*a, "month tenant/acme ");
  StockAsk ask = Ask(meter, 1);
  ask.want = 400;
  const auto first = One(*a, ask);
  EXPECT_EQ(first.granted, 250) << "a quarter: one replica";
  EXPECT_EQ(first.left, 750);
  auto b = Connect("b");
  ask.need = ask.least = 300;
  const auto second = One(*b, ask);
  EXPECT_EQ(second.granted, 300);
  EXPECT_EQ(second.left, 450);
  EXPECT_EQ(second.live, 2);
}

TEST_F(StockLeasesTest, SayingItTwiceChangesNothingAndWhatIsOldIsNotHeard) {
  auto a = Connect("a");
  const int64_t meter = Number(*a, "m");
  StockAsk ask = Ask(meter, 1);
  ask.need = ask.least = 100;
  One(*a, ask);
  StockAsk report = Ask(meter, 2);
  report.spent = 60;
  report.reserved = 10;
  EXPECT_EQ(One(*a, report).granted, 70);
  const auto again = a->AskStocks({report, Ask(meter, 1)}, 0);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->grants.empty());
  report.turn = 3;
  const auto last = One(*a, report);
  EXPECT_EQ(last.granted, 70);
  EXPECT_EQ(last.spent, 60);
  EXPECT_EQ(last.left, 930);
}

TEST_F(StockLeasesTest, WhatComesTooLateDoesNothing) {
  auto a = Connect("a");
  StockAsk ask = Ask(Number(*a, "m"), 1);
  ask.need = ask.least = 100;
  const auto standing = a->Beat();
  ASSERT_TRUE(standing);
  const auto late = a->AskStocks({ask}, standing->store_time);
  ASSERT_TRUE(late);
  EXPECT_TRUE(late->grants.empty());
  EXPECT_GT(late->store_time, standing->store_time);
  EXPECT_EQ(One(*a, ask).left, 900);
}

TEST_F(StockLeasesTest, NeverLendsMoreThanThereIs) {
  auto a = Connect("a"), b = Connect("b");
  const int64_t meter = Number(*a, "m");
  StockAsk ask = Ask(meter, 1);
  ask.need = ask.least = 900;
  EXPECT_EQ(One(*a, ask).granted, 900);
  ask.need = 300;
  ask.least = 100;
  EXPECT_EQ(One(*b, ask).granted, 100) << "of the calls that wait, one";
  ask.turn = 2;
  ask.reserved = 100;
  const auto none = One(*b, ask);
  EXPECT_EQ(none.granted, 100);
  EXPECT_EQ(none.left, 0);
}

TEST_F(StockLeasesTest, TellsEachThresholdOnce) {
  auto a = Connect("a"), b = Connect("b");
  const int64_t meter = Number(*a, "m");
  std::vector<int> passed;
  int64_t turn = 0;
  for (const int64_t spent : {100, 300, 350, 420, 500}) {
    for (auto* store : {a.get(), b.get()}) {
      StockAsk ask = Ask(meter, ++turn);
      ask.spent = spent;
      passed.push_back(One(*store, ask).passed);
    }
  }
  EXPECT_THAT(passed, testing::ElementsAre(0, 0, 0, 50, 0, 0, 0, 80, 0, 100));
}

TEST_F(StockLeasesTest, WhatADeadReplicaWasLentIsInDoubtUntilSomebodySaysWhatItUsed) {
  auto a = Connect("a"), b = Connect("b");
  const int64_t meter = Number(*a, "month tenant/acme ");
  StockAsk ask = Ask(meter, 1);
  ask.spent = 200;
  ask.need = ask.least = 100;
  EXPECT_EQ(One(*a, ask).granted, 300);
  auto doubts = b->Doubts();
  ASSERT_TRUE(doubts) << doubts.error().message;
  EXPECT_TRUE(doubts->empty()) << "it lives";
  EXPECT_FALSE(*b->Resolve("month tenant/acme ", "a", 250));
  EndLeases();
  doubts = b->Doubts();
  ASSERT_TRUE(doubts);
  ASSERT_EQ(doubts->size(), 1u);
  EXPECT_EQ(doubts->front().meter, "month tenant/acme ");
  EXPECT_EQ(doubts->front().replica, "a");
  EXPECT_EQ(doubts->front().amount(), 100);
  EXPECT_EQ(doubts->front().reserved, 0);
  EXPECT_EQ(doubts->front().period, ask.period);
  EXPECT_EQ(doubts->front().ends, ask.ends);
  EXPECT_EQ(One(*b, Ask(meter, 1)).left, 700) << "it counts as used";
  const auto resolved = b->Resolve("month tenant/acme ", "a", 240);
  ASSERT_TRUE(resolved) << resolved.error().message;
  EXPECT_TRUE(*resolved);
  const auto after = One(*b, Ask(meter, 2));
  EXPECT_EQ(after.left, 760);
  EXPECT_EQ(after.spent, 240);
  EXPECT_TRUE(b->Doubts()->empty());
  EXPECT_FALSE(*b->Resolve("month tenant/acme ", "a", 250)) << "once";
}

TEST_F(StockLeasesTest, SlotsOfALeaseThatRanOutComeBack) {
  auto a = Connect("a"), b = Connect("b");
  const int64_t meter = Number(*a, "m");
  EXPECT_EQ(One(*a, AskSlots(meter, 1, 0, 8)).granted, 8);
  EXPECT_EQ(One(*b, AskSlots(meter, 1, 0, 5)).granted, 1) << "of those that wait, one";
  EXPECT_EQ(One(*b, AskSlots(meter, 2, 1, 5)).left, 0);
  EndLeases();
  EXPECT_GE(One(*b, AskSlots(meter, 3, 1, 5)).granted, 6);
}

TEST_F(StockLeasesTest, WhoHoldsMoreSlotsThanHisPartIsToldThatOthersWait) {
  auto a = Connect("a"), b = Connect("b");
  const int64_t meter = Number(*a, "m");
  EXPECT_EQ(One(*a, AskSlots(meter, 1, 0, 10)).granted, 10);
  EXPECT_EQ(One(*b, AskSlots(meter, 1, 0, 3)).granted, 0);
  const auto told = One(*a, AskSlots(meter, 2, 9, 4));
  EXPECT_TRUE(told.hungry);
  EXPECT_EQ(told.granted, 5) << "no call begins until only these are left";
  EXPECT_EQ(told.left, 1) << "and what ended is there for the other one";
  EXPECT_EQ(One(*b, AskSlots(meter, 2, 0, 3)).granted, 1);
}

TEST_F(StockLeasesTest, ManyMetersAreOneQuestion) {
  auto a = Connect("a");
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("tpd key/acme/\"k\\" + std::to_string(i));
  const auto numbers = a->Numbers(names);
  ASSERT_TRUE(numbers) << numbers.error().message;
  std::vector<StockAsk> asks;
  for (const int64_t number : *numbers) {
    asks.push_back(Ask(number, 1));
    asks.back().need = asks.back().least = 5;
  }
  const auto answer = a->AskStocks(asks, 0);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->grants.size(), asks.size());
  for (const auto& grant : answer->grants) EXPECT_EQ(grant.granted, 5);
  EXPECT_EQ(*a->Numbers(names), *numbers);
}

TEST_F(StockLeasesTest, ReplicasThatAskAtOnceAreLentTheLimitAndNoMore) {
  constexpr int kReplicas = 4;
  std::vector<int64_t> granted(kReplicas, 0);
  {
    auto first = Connect("first");
    Number(*first, "m");
  }
  std::vector<std::thread> threads;
  for (int i = 0; i < kReplicas; ++i) {
    threads.emplace_back([&, i] {
      auto store = Connect(std::to_string(i));
      const int64_t meter = Number(*store, "m");
      for (int64_t turn = 1; turn <= 60; ++turn) {
        StockAsk ask = Ask(meter, turn);
        ask.reserved = granted[static_cast<size_t>(i)];
        ask.need = ask.least = 10;
        const auto answer = store->AskStocks({ask}, 0);
        ASSERT_TRUE(answer) << answer.error().message;
        granted[static_cast<size_t>(i)] = answer->grants.at(0).granted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int64_t all = 0;
  for (const int64_t each : granted) all += each;
  EXPECT_EQ(all, 1000);
}

TEST_F(StockLeasesTest, PeriodsThatAreLongOverAreForgotten) {
  auto a = Connect("a");
  StockAsk old = Ask(Number(*a, "m"), 1);
  old.period = 1;
  old.ends = 2;
  One(*a, old);
  One(*a, Ask(old.meter, 2));
  One(*a, AskSlots(Number(*a, "s"), 3, 1, 0));
  ASSERT_TRUE(a->Sweep());
  PostgresConnection connection(url_, patience_);
  ASSERT_TRUE(connection.Open());
  auto left =
      connection.Execute("SELECT (SELECT count(*) FROM stock), (SELECT count(*) FROM stock_lease)");
  ASSERT_TRUE(left);
  EXPECT_EQ(NumberAt(*left, 0, 0), 2);
  EXPECT_EQ(NumberAt(*left, 0, 1), 2);
}

TEST_F(StockLeasesTest, ReplicasKnowHowManyTheyAre) {
  auto a = Connect("a"), b = Connect("b");
  const auto first = a->Beat(), second = b->Beat();
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(first->slot, second->slot);
  EXPECT_EQ(first->live, 1);
  EXPECT_EQ(second->live, 2);
  EXPECT_EQ(a->Beat()->slot, first->slot);
  ASSERT_TRUE(b->Leave());
  EXPECT_EQ(a->Beat()->live, 1);
}

TEST_F(StockLeasesTest, TheNumberOfADeadReplicaIsFreeAndNoMoreThan63Share) {
  std::vector<std::unique_ptr<PostgresLeases>> stores;
  auto first = Connect("first");
  ASSERT_TRUE(first->Beat());
  Execute(
      "INSERT INTO replicas SELECT n, 'r' || n, now(), now() + interval '1 h' FROM "
      "generate_series(1, 62) AS n");
  auto further = Connect("further");
  EXPECT_FALSE(further->Beat());
  Execute("UPDATE replicas SET until = now() - interval '1 s' WHERE slot = 17");
  const auto standing = further->Beat();
  ASSERT_TRUE(standing) << standing.error().message;
  EXPECT_EQ(standing->slot, 17);
  EXPECT_EQ(standing->live, 63);
}

// The whole of it: replicas with threads of their own spend one budget.
TEST_F(StockLeasesTest, ExchangesOfSeveralReplicasSpendOneBudgetToItsEnd) {
  constexpr int kReplicas = 3;
  const SystemClock clock;
  const limits::StockLimit limit{
      .amount = 600,
      .periods = limits::StockLimit::Periods{limits::TimeZone::Utc(), limits::PeriodKind::kMonth}};
  std::vector<std::unique_ptr<PostgresLeases>> stores;
  std::vector<std::unique_ptr<limits::Exchange>> exchanges;
  std::vector<std::shared_ptr<limits::LeasedStock>> stocks;
  for (int i = 0; i < kReplicas; ++i) {
    stores.push_back(Connect(std::to_string(i)));
    exchanges.push_back(std::make_unique<limits::Exchange>(
        *stores.back(), clock,
        limits::Exchange::Options{.replicas = kReplicas, .timeout = patience_}));
    stocks.push_back(exchanges.back()->Stock("m"));
    stocks.back()->Use(limit, 1);
    exchanges.back()->Run();
  }
  int64_t spent = 0;
  const SteadyTime begin = clock.Now();
  while (spent < 600 && clock.Now() - begin < seconds(30)) {
    bool any = false;
    for (const auto& stock : stocks) {
      const auto now = limits::Moment::Of(clock);
      if (!stock->Take(3, limit, now)) continue;
      stock->Settle(3, 3, limit, now);
      spent += 3;
      any = true;
    }
    if (!any) std::this_thread::yield();
  }
  EXPECT_EQ(spent, 600);
  for (const auto& stock : stocks) EXPECT_FALSE(stock->Take(1, limit, limits::Moment::Of(clock)));
  for (const auto& exchange : exchanges) {
    EXPECT_TRUE(exchange->reached());
    exchange->Leave();
  }
  EXPECT_TRUE(Connect("late")->Doubts()->empty()) << "who left owes nobody anything";
}

TEST_F(StockLeasesTest, AServerThatHangsLendsNothingWhenItGoesOn) {
  PostgresLeases store(url_, milliseconds(300), "a");
  const int64_t meter = Number(store, "m");
  const auto standing = store.Beat();
  ASSERT_TRUE(standing);
  StockAsk ask = Ask(meter, 1);
  ask.need = ask.least = 500;
  Cluster()->Freeze();
  const auto hung = store.AskStocks({ask}, standing->store_time + 250'000'000);
  Cluster()->Thaw();
  ASSERT_FALSE(hung);
  EXPECT_TRUE(IsFault(hung.error(), Fault::kConnection));
  auto other = Connect("other");
  ASSERT_TRUE(other->Beat());
  EXPECT_EQ(One(*other, Ask(meter, 1)).left, 1000);
}

}  // namespace
}  // namespace inferwire::store
