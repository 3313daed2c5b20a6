// What only a server can do wrong, and what only several replicas can do at once.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "store/fault.h"
#include "unit/store/databases.h"

namespace llmgate::store {
namespace {

class PostgresTest : public StoreTest {};

TEST_P(PostgresTest, ALostConnectionIsATypedErrorAndTheNextStatementConnectsAgain) {
  Sealed("b1");
  Cluster()->Stop();
  const auto lost = jobs_->Find("b1", "");
  ASSERT_FALSE(lost);
  EXPECT_TRUE(IsFault(lost.error(), Fault::kConnection));
  EXPECT_TRUE(lost.error().safe_to_retry);
  const auto still = jobs_->Find("b1", "");
  ASSERT_FALSE(still);
  EXPECT_TRUE(IsFault(still.error(), Fault::kConnection));
  Cluster()->Restart();
  auto found = jobs_->Find("b1", "");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(*found);
}

TEST_P(PostgresTest, ReplicasThatClaimAtOnceGetDifferentJobs) {
  constexpr int kJobs = 40, kReplicas = 4;
  for (int i = 0; i < kJobs; ++i) Sealed("b" + std::to_string(i), 1);
  std::vector<std::vector<int64_t>> claimed(kReplicas);
  std::vector<std::unique_ptr<Jobs>> connections;
  for (int i = 0; i < kReplicas; ++i) connections.push_back(Connect());
  {
    std::vector<std::jthread> replicas;
    for (size_t i = 0; i < kReplicas; ++i) {
      replicas.emplace_back([&, i] {
        while (true) {
          auto lease = connections[i]->Claim("w" + std::to_string(i), At(0), At(30));
          if (!lease || !*lease) return;
          claimed[i].push_back((*lease)->job);
        }
      });
    }
  }
  std::set<int64_t> distinct;
  size_t total = 0;
  for (const auto& each : claimed) {
    total += each.size();
    distinct.insert(each.begin(), each.end());
  }
  EXPECT_EQ(distinct.size(), total) << "no job twice";
  // Whoever was skipped because another was about to take it is left for the next look.
  while (*jobs_->Claim("late", At(0), At(30))) ++total;
  EXPECT_EQ(total, static_cast<size_t>(kJobs));
}

TEST_P(PostgresTest, TheQueuesLimitHoldsAlsoWhenReplicasAdmitAtOnce) {
  constexpr int kReplicas = 4;
  std::vector<std::unique_ptr<Jobs>> connections;
  std::vector<Lease> leases;
  for (int i = 0; i < kReplicas; ++i) {
    Sealed("b" + std::to_string(i), 1);
    leases.push_back(Claimed());
    connections.push_back(Connect());
  }
  std::atomic<int> admitted = 0;
  {
    std::vector<std::jthread> replicas;
    for (size_t i = 0; i < kReplicas; ++i) {
      replicas.emplace_back([&, i] {
        Job job = *connections[i]->Load(leases[i]);
        if (*connections[i]->Admit(leases[i], job.shards[0], 250)) ++admitted;
      });
    }
  }
  EXPECT_EQ(admitted, 2);
}

TEST_P(PostgresTest, AnUnreachableServerIsATypedErrorThatShowsNoPassword) {
  Location nowhere = location_;
  nowhere.url = "postgresql://user:sesame@127.0.0.1:1/db";
  const auto database = Database::Open(nowhere);
  ASSERT_FALSE(database);
  EXPECT_TRUE(IsFault(database.error(), Fault::kConnection));
  EXPECT_EQ(database.error().message.find("sesame"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Only, PostgresTest, ::testing::Values(Location::Kind::kPostgres),
                         [](const auto&) { return "Postgres"; });

}  // namespace
}  // namespace llmgate::store
