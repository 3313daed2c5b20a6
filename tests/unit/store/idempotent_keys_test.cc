// The idempotency keys of several replicas in a real PostgreSQL.
#include "store/idempotent_keys.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "store/postgres.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

class IdempotentKeysTest : public StoreTest {
 protected:
  std::unique_ptr<IdempotentKeys> Replica(std::chrono::milliseconds lease = 30s,
                                          std::chrono::milliseconds keep = 5min) {
    auto keys = IdempotentKeys::Connect(location_, {lease, keep});
    if (keys) return std::move(*keys);
    ADD_FAILURE() << keys.error().message;
    return nullptr;
  }
  static bool Eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < until) {
      if (condition()) return true;
    }
    return false;
  }

  const IdempotentKeys::Key key_{"tenant/acme", "Complete", "k"};
};

TEST_P(IdempotentKeysTest, AKeyIsItsFirstRequestsUntilThatIsFreed) {
  const auto a = Replica(), b = Replica();
  auto first = a->Claim(key_, "f", "r1", false);
  ASSERT_TRUE(first);
  EXPECT_FALSE(*first);
  auto held = b->Claim(key_, "f", "r2", false);
  ASSERT_TRUE(held && *held);
  EXPECT_EQ((*held)->request_id, "r1");
  EXPECT_EQ((*held)->fingerprint, "f");
  EXPECT_FALSE((*held)->ended);
  EXPECT_FALSE((*held)->lost);
  auto again = a->Claim(key_, "f", "r1", false);
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again) << "the answer to the first claim was lost";
  EXPECT_TRUE(b->Free(key_, "r2")) << "not its own";
  EXPECT_TRUE(*b->Claim(key_, "f", "r2", false));
  EXPECT_TRUE(a->Free(key_, "r1"));
  EXPECT_FALSE(*b->Claim(key_, "another", "r2", false));
}

TEST_P(IdempotentKeysTest, WhatHasEndedSaysWhatItUsedUntilItIsForgotten) {
  const auto a = Replica(30s, 200ms), b = Replica(30s, 200ms);
  ASSERT_TRUE(a->Claim(key_, "f", "r1", false));
  ASSERT_TRUE(a->End(key_, "r1", {3, 2, std::nullopt}));
  auto held = b->Claim(key_, "f", "r2", true);
  ASSERT_TRUE(held && *held);
  EXPECT_TRUE((*held)->ended);
  EXPECT_EQ((*held)->use.input, 3);
  EXPECT_EQ((*held)->use.output, 2);
  EXPECT_FALSE((*held)->use.picousd);
  EXPECT_TRUE(Eventually([&] {
    auto claimed = b->Claim(key_, "f", "r2", false);
    return claimed && !*claimed;
  }));
}

TEST_P(IdempotentKeysTest, ALeaseThatIsNotRenewedIsLost) {
  const auto a = Replica(300ms), b = Replica();
  ASSERT_TRUE(a->Claim(key_, "f", "r1", false));
  const auto until = std::chrono::steady_clock::now() + 1s;
  while (std::chrono::steady_clock::now() < until) {
    ASSERT_TRUE(a->Renew({"r1", "r9"}));
    auto held = b->Claim(key_, "f", "r2", false);
    ASSERT_TRUE(held && *held);
    ASSERT_FALSE((*held)->lost);
  }
  EXPECT_TRUE(Eventually([&] { return (*b->Claim(key_, "f", "r2", false))->lost; }));
  EXPECT_TRUE(*b->Claim(key_, "another", "r2", true)) << "only for the same request";
  EXPECT_FALSE(*b->Claim(key_, "f", "r2", true));
}

TEST_P(IdempotentKeysTest, OfManyReplicasOneHasTheKey) {
  std::atomic<int> mine = 0;
  std::vector<std::thread> replicas;
  for (int i = 0; i < 8; ++i) {
    replicas.emplace_back([&, i] {
      const auto keys = Replica();
      auto claimed = keys->Claim(key_, "f", "r" + std::to_string(i), false);
      if (claimed && !*claimed) ++mine;
    });
  }
  for (std::thread& replica : replicas) replica.join();
  EXPECT_EQ(mine, 1);
}

TEST_P(IdempotentKeysTest, SweepsWhatNobodyHasToKnow) {
  const auto keys = Replica(30s, 1ms);
  ASSERT_TRUE(keys->Claim(key_, "f", "r1", false));
  ASSERT_TRUE(keys->End(key_, "r1", {}));
  auto sql = ConnectPostgres(location_.url, 5s);
  ASSERT_TRUE(sql);
  EXPECT_TRUE(Eventually([&] {
    EXPECT_TRUE(keys->Sweep());
    return (*sql)->Run("SELECT 1 FROM idempotent")->rows.empty();
  }));
}

INSTANTIATE_TEST_SUITE_P(Databases, IdempotentKeysTest,
                         ::testing::Values(Location::Kind::kPostgres));

}  // namespace
}  // namespace inferwire::store
