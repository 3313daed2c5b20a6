// A fresh database of each kind for each test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "store/jobs.h"
#include "support/postgres_cluster.h"
#include "support/temp_folder.h"

namespace inferwire::store {

// One server for all tests of the executable; null where there is none.
inline testing_support::PostgresCluster* Cluster() {
  static const auto cluster = testing_support::PostgresCluster::Start();
  return cluster.get();
}

class StoreTest : public ::testing::TestWithParam<Location::Kind> {
 protected:
  void SetUp() override {
    location_.kind = GetParam();
    location_.path = folder_.File("jobs.db");
    if (location_.kind == Location::Kind::kPostgres) {
      if (Cluster() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      location_.url = Cluster()->NewDatabase();
    }
    Open();
  }
  void Open() {
    jobs_.reset();
    database_.reset();
    auto database = Database::Open(location_);
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    jobs_ = Connect();
  }
  std::unique_ptr<Jobs> Connect() {
    auto jobs = database_->Connect();
    if (jobs) return std::move(*jobs);
    ADD_FAILURE() << jobs.error().message;
    return nullptr;
  }

  static WallTime At(int seconds) {
    return WallTime(std::chrono::hours(24 * 365 * 50) + std::chrono::seconds(seconds));
  }
  // A job with this many items in one shard, ready to be worked on.
  Job Sealed(const std::string& id, int items = 3, const std::string& owner = "",
             const std::string& request_id = "", const std::string& fingerprint = "f") {
    Job job;
    job.id = id;
    job.owner = owner;
    job.request_id = request_id;
    job.fingerprint = fingerprint;
    job.endpoint = "/v1/chat/completions";
    job.window = "24h";
    job.metadata = std::string("a\0b", 3);
    job.created = At(0);
    job.expires = At(86400);
    job.number = *jobs_->Create(job);
    std::vector<NewItem> batch;
    for (int i = 0; i < items; ++i) {
      batch.push_back({"item-" + std::to_string(i), R"({"n":)" + std::to_string(i) + "}", 0});
    }
    EXPECT_TRUE(jobs_->AddItems(job.number, 0, batch));
    Shard shard;
    shard.upstream = "up";
    shard.model = "m";
    shard.tokens = 100;
    shard.counts.total = items;
    job.shards = {shard};
    auto sealed = jobs_->Seal(job);
    EXPECT_TRUE(sealed) << sealed.error().message;
    return sealed->job;
  }
  Lease Claimed(int at = 0, int until = 30) {
    auto lease = jobs_->Claim("w", At(at), At(until));
    EXPECT_TRUE(lease && *lease);
    return **lease;
  }

  testing_support::TempFolder folder_;
  Location location_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Jobs> jobs_;
};

}  // namespace inferwire::store
