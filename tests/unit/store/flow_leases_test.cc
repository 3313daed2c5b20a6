// Leases of flows by a real PostgreSQL.
#include <gtest/gtest.h>

#include <chrono>
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

using limits::FlowAsk;
using std::chrono::milliseconds;
using std::chrono::seconds;

class FlowLeasesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (Cluster() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    url_ = Cluster()->NewDatabase();
  }

  // 1,000 a second, of which the store holds 7,500 at once.
  static FlowAsk Ask(int64_t meter, int64_t want, int64_t need = 0) {
    FlowAsk ask;
    ask.meter = meter;
    ask.want = want;
    ask.need = need;
    ask.unit = milliseconds(1);
    ask.burst = milliseconds(7500);
    ask.most = 2500;
    ask.fair = 500;
    return ask;
  }

  static Result<int64_t> Number(PostgresLeases& store, const std::string& name) {
    auto numbers = store.Numbers({name});
    if (!numbers) return numbers.error();
    return numbers->front();
  }

  std::string url_;
  const milliseconds patience_{5000};
};

TEST_F(FlowLeasesTest, AMeterHasTheSameNumberForAllReplicas) {
  PostgresLeases one(url_, patience_, "one"), other(url_, patience_, "other");
  const auto first = Number(one, "rpm tenant/a"), second = Number(one, "rpm tenant/b");
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(*Number(other, "rpm tenant/a"), *first);
  EXPECT_EQ(*Number(other, "rpm tenant/b"), *second);
}

TEST_F(FlowLeasesTest, SellsWhatIsThereAndThenPiecesOfTheFuture) {
  PostgresLeases store(url_, patience_, "store");
  const int64_t meter = *Number(store, "m");
  int64_t sold = 0;
  for (int i = 0; i < 3; ++i) {
    const auto answer = store.Ask({Ask(meter, 2500)}, 0, 0);
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->grants.size(), 1u);
    EXPECT_EQ(answer->grants[0].meter, meter);
    EXPECT_LE(answer->grants[0].ahead, Duration::zero());
    sold += answer->grants[0].amount;
  }
  EXPECT_EQ(sold, 7500);
  // Now the future: half a second of the whole rate, and no more than one second of it.
  bool refused = false;
  for (int i = 0; i < 8 && !refused; ++i) {
    const auto answer = store.Ask({Ask(meter, 2500)}, 0, 0);
    ASSERT_TRUE(answer);
    EXPECT_LE(answer->grants[0].amount, 2500);
    EXPECT_LE(answer->grants[0].ahead, seconds(1));
    refused = answer->grants[0].amount == 0;
  }
  EXPECT_TRUE(refused);
}

TEST_F(FlowLeasesTest, WhatComesTooLateDoesNothingButTellTheTime) {
  PostgresLeases store(url_, patience_, "store");
  const int64_t meter = *Number(store, "m");
  const auto first = store.Ask({Ask(meter, 2500)}, 0, 0);
  ASSERT_TRUE(first);
  const auto late = store.Ask({Ask(meter, 2500)}, 0, first->store_time);
  ASSERT_TRUE(late);
  EXPECT_TRUE(late->grants.empty());
  EXPECT_GT(late->store_time, first->store_time);
  const auto in_time = store.Ask({Ask(meter, 2500)}, 0, late->store_time + 60'000'000'000);
  ASSERT_TRUE(in_time);
  EXPECT_EQ(in_time->grants.at(0).amount, 2500);
  EXPECT_LE(in_time->grants[0].ahead, milliseconds(-5000)) << "the late one took nothing";
}

TEST_F(FlowLeasesTest, WhoWentOnAloneFindsTheBucketEmpty) {
  PostgresLeases store(url_, patience_, "store");
  FlowAsk ask = Ask(*Number(store, "m"), 2500);
  ask.cut = true;
  const auto answer = store.Ask({ask}, 0, 0);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->grants.at(0).amount, 500) << "a piece of the future";
  EXPECT_EQ(answer->grants[0].ahead, Duration::zero());
}

TEST_F(FlowLeasesTest, WhatIsGivenBackIsThereAgain) {
  PostgresLeases store(url_, patience_, "store");
  const int64_t meter = *Number(store, "m");
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store.Ask({Ask(meter, 2500)}, 0, 0));
  FlowAsk back = Ask(meter, 0);
  back.back = milliseconds(2000);
  ASSERT_TRUE(store.Ask({back}, 0, 0));
  const auto again = store.Ask({Ask(meter, 2500)}, 0, 0);
  ASSERT_TRUE(again);
  EXPECT_GE(again->grants.at(0).amount, 2000);
  EXPECT_LE(again->grants[0].ahead, milliseconds(-2000));
}

TEST_F(FlowLeasesTest, ANeedLargerThanTheBurstIsServedWhenAllIsThere) {
  PostgresLeases store(url_, patience_, "store");
  const int64_t meter = *Number(store, "m");
  const auto large = store.Ask({Ask(meter, 1, 20'000)}, 0, 0);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->grants.at(0).amount, 20'000);
  EXPECT_LE(large->grants[0].ahead, seconds(-20)) << "all of it at once";
  const auto next = store.Ask({Ask(meter, 1, 2)}, 0, 0);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->grants.at(0).amount, 0);
  EXPECT_GE(next->grants[0].ahead, seconds(11)) << "and is paid first";
}

TEST_F(FlowLeasesTest, ReplicasThatAskShareTheFuture) {
  PostgresLeases store(url_, patience_, "store");
  FlowAsk ask = Ask(*Number(store, "m"), 500);
  ask.cut = true;  // the burst is gone
  ASSERT_TRUE(store.Ask({ask}, 0, 0));
  const auto second = store.Ask({ask}, 7, 0);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->grants.at(0).amount, 250);
}

TEST_F(FlowLeasesTest, ManyMetersAreOneQuestionAndThoseThatWereForgottenAreMadeAgain) {
  PostgresLeases store(url_, patience_, "store");
  std::vector<FlowAsk> asks;
  for (int i = 0; i < 50; ++i) asks.push_back(Ask(*Number(store, std::to_string(i)), 100));
  for (int round = 0; round < 2; ++round) {
    const auto answer = store.Ask(asks, 0, 0);
    ASSERT_TRUE(answer) << answer.error().message;
    ASSERT_EQ(answer->grants.size(), asks.size());
    for (const auto& grant : answer->grants) EXPECT_EQ(grant.amount, 100);
    // As after a crash of the database.
    PostgresConnection connection(url_, patience_);
    ASSERT_TRUE(connection.Open());
    ASSERT_TRUE(connection.Execute("TRUNCATE flow"));
  }
}

TEST_F(FlowLeasesTest, ReplicasThatComeAtOnceSellNothingTwice) {
  constexpr int kReplicas = 4;
  std::vector<int64_t> sold(kReplicas, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < kReplicas; ++i) {
    threads.emplace_back([&, i] {
      PostgresLeases store(url_, patience_, "store");
      const auto meter = Number(store, "m");
      ASSERT_TRUE(meter) << meter.error().message;
      for (int round = 0; round < 50; ++round) {
        FlowAsk ask = Ask(*meter, 100);
        ask.unit = seconds(1);  // nothing comes while the test lasts
        ask.burst = seconds(7500);
        ask.fair = 1;
        const auto answer = store.Ask({ask}, i, 0);
        ASSERT_TRUE(answer) << answer.error().message;
        sold[static_cast<size_t>(i)] += answer->grants.at(0).amount;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  int64_t all = 0;
  for (const int64_t each : sold) all += each;
  EXPECT_GE(all, 7500);
  EXPECT_LE(all, 7500 + 2 * kReplicas + 60) << "and little of the future";
}

// The whole of it: replicas with threads of their own keep one limit.
TEST_F(FlowLeasesTest, ExchangesOfSeveralReplicasKeepOneLimit) {
  constexpr int kReplicas = 3;
  const SystemClock clock;
  const limits::FlowLimit limit(6000);  // 100 a second, 1,000 at once
  std::vector<std::unique_ptr<PostgresLeases>> stores;
  std::vector<std::unique_ptr<limits::Exchange>> exchanges;
  std::vector<std::shared_ptr<limits::LeasedFlow>> flows;
  for (int i = 0; i < kReplicas; ++i) {
    stores.push_back(std::make_unique<PostgresLeases>(url_, patience_, std::to_string(i)));
    exchanges.push_back(std::make_unique<limits::Exchange>(
        *stores.back(), clock,
        limits::Exchange::Options{.replicas = kReplicas, .timeout = patience_}));
    flows.push_back(exchanges.back()->Flow("m"));
    flows.back()->Use(limit, 1);
    exchanges.back()->Run();
  }
  const SteadyTime begin = clock.Now();
  int64_t taken = 0;
  while (taken < 1200 && clock.Now() - begin < seconds(30)) {
    bool any = false;
    for (const auto& flow : flows) {
      if (!flow->Take(1, limit, clock.Now())) continue;
      ++taken;
      any = true;
    }
    if (!any) std::this_thread::yield();
  }
  const double took = std::chrono::duration<double>(clock.Now() - begin).count();
  EXPECT_GE(taken, 1200);
  EXPECT_LE(static_cast<double>(taken), 1000 + 100 * took + kReplicas) << took << " s";
  for (const auto& exchange : exchanges) EXPECT_TRUE(exchange->reached());
}

TEST_F(FlowLeasesTest, AServerThatHangsCostsItsTimeAndNothingIsSoldWhenItGoesOn) {
  PostgresLeases store(url_, milliseconds(300), "store");
  const int64_t meter = *Number(store, "m");
  const auto first = store.Ask({Ask(meter, 100)}, 0, 0);
  ASSERT_TRUE(first);
  Cluster()->Freeze();
  const auto hung = store.Ask({Ask(meter, 2500)}, 0, first->store_time + 250'000'000);
  Cluster()->Thaw();
  ASSERT_FALSE(hung);
  EXPECT_TRUE(IsFault(hung.error(), Fault::kConnection));
  PostgresLeases other(url_, patience_, "other");
  ASSERT_TRUE(Number(other, "m"));
  const auto after = other.Ask({Ask(meter, 2500)}, 0, 0);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->grants.at(0).amount, 2500);
  EXPECT_LE(after->grants[0].ahead, milliseconds(-7000)) << "what hung took nothing";
}

}  // namespace
}  // namespace inferwire::store
