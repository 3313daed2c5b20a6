// The disk of an SQLite store is full, or nearly.
#include "support/full_disk.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "store/fault.h"
#include "store/sql_jobs.h"
#include "store/sqlite.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

using ::testing::HasSubstr;
using testing_support::FullDisk;

constexpr int64_t kMebibyte = 1 << 20;

void ExpectFull(const Error& error) {
  EXPECT_TRUE(IsFault(error, Fault::kFull)) << error.message;
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);
  EXPECT_THAT(error.message, HasSubstr("no space left"));
  EXPECT_TRUE(error.safe_to_retry);
}

std::vector<NewItem> Large(int64_t mebibytes) {
  std::vector<NewItem> items;
  for (int64_t i = 0; i < mebibytes; ++i) {
    items.push_back({"x" + std::to_string(i), std::string(kMebibyte, 'x'), 0});
  }
  return items;
}

// A database whose file system has this much left, as it says.
class SmallDisk final : public Sql {
 public:
  SmallDisk(std::unique_ptr<Sql> sql, int64_t free) : sql_(std::move(sql)), free_(free) {}
  Result<void> Script(const std::string& statements) override { return sql_->Script(statements); }
  Result<void> Begin() override { return sql_->Begin(); }
  Result<void> Commit() override { return sql_->Commit(); }
  void Rollback() override { sql_->Rollback(); }
  Result<void> Exclude(std::string_view name) override { return sql_->Exclude(name); }
  std::string_view for_update_skip_locked() const override { return ""; }
  std::string_view name() const override { return sql_->name(); }
  std::optional<int64_t> FreeBytes() const override { return free_; }
  int64_t FreeInside() override { return sql_->FreeInside(); }

 private:
  Result<Rows> Execute(const std::string& statement, std::span<const Param> params) override {
    return sql_->Run(statement, params);
  }
  const std::unique_ptr<Sql> sql_;
  const int64_t free_;
};

class FullDiskTest : public StoreTest {
 protected:
  Job Collecting(const std::string& id) {
    Job job;
    job.id = id;
    job.number = *jobs_->Create(job);
    return job;
  }
  void Sweep() {
    while (*jobs_->Sweep(At(-1), At(-1), At(0), 1000) > 0) {
    }
  }
};

TEST_P(FullDiskTest, WhatDoesNotFitIsRefusedAsSuchAndLeavesNothing) {
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) {
    const Job job = Collecting("b" + std::to_string(error));
    ASSERT_TRUE(jobs_->AddItems(job.number, 0, {{"first", "{}", 0}}));
    const int64_t before = jobs_->Used()->bytes;
    {
      const FullDisk disk(kMebibyte, error);
      const auto added = jobs_->AddItems(job.number, 1, Large(8));
      ASSERT_FALSE(added) << error;
      ExpectFull(added.error());
      EXPECT_EQ(jobs_->Items(job.number, 0, 0, 100, 100u << 20)->size(), 1u) << "reading goes on";
      EXPECT_EQ(jobs_->Used()->bytes, before);
    }
    EXPECT_TRUE(jobs_->AddItems(job.number, 1, Large(8))) << "with room again it goes on";
  }
}

TEST_P(FullDiskTest, AStartSaysThatThereIsNoRoomHoweverLittleThereIs) {
  bool opened = false;
  for (int64_t room = 0; room < kMebibyte && !opened; room += 2048) {
    Location location = location_;
    location.path = folder_.File("new" + std::to_string(room));
    {
      const FullDisk disk(room);
      auto database = Database::Open(location);
      opened = static_cast<bool>(database);
      if (opened) break;
      ExpectFull(database.error());
    }
    EXPECT_TRUE(Database::Open(location)) << "what it began with is no obstacle: " << room;
  }
  EXPECT_TRUE(opened);
}

TEST_P(FullDiskTest, AStoreOfAnEarlierStartSaysSoToo) {
  Sealed("b1");
  jobs_.reset();
  database_.reset();
  {
    const FullDisk disk(0, EDQUOT);
    const auto database = Database::Open(location_);
    ASSERT_FALSE(database);
    ExpectFull(database.error());
  }
  Open();
  EXPECT_TRUE(*jobs_->Find("b1", ""));
}

TEST_P(FullDiskTest, SpaceInsideTheFileIsRoom) {
  const Job job = Collecting("b1");
  ASSERT_TRUE(jobs_->AddItems(job.number, 0, Large(24)));
  const auto connect = [this] { return std::move(*ConnectSqlite(location_.path, location_.wait)); };
  Budget budget;
  budget.min_free = 8 * kMebibyte;
  SqlJobs little(std::make_unique<SmallDisk>(connect(), kMebibyte), budget);
  Job next;
  next.id = "b2";
  const auto refused = little.Create(next);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kResourceExhausted);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);

  ASSERT_TRUE(jobs_->Drop(job.number));
  Sweep();
  EXPECT_GT(connect()->FreeInside(), 20 * kMebibyte);
  const auto number = little.Create(next);
  ASSERT_TRUE(number) << number.error().message;
  EXPECT_TRUE(little.AddItems(*number, 0, Large(10)));
  const auto more = little.AddItems(*number, 10, {{"y", std::string(8 * kMebibyte, 'y'), 0}});
  ASSERT_FALSE(more) << "the pages that were free are no longer";
  EXPECT_EQ(more.error().reason, v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);
}

TEST_P(FullDiskTest, DroppingAnImportsItemsTakesTheReserve) {
  const Job job = Sealed("b1", 3000);
  const Lease lease = Claimed();
  const std::string reserve = location_.path + ".reserve";
  ASSERT_TRUE(std::filesystem::exists(reserve));
  FullDisk disk;
  const auto refused = jobs_->DropItems(lease);
  ASSERT_FALSE(refused);
  ExpectFull(refused.error());
  EXPECT_FALSE(std::filesystem::exists(reserve));
  EXPECT_EQ(jobs_->Items(job.number, 0, 0, 5000, 1u << 20)->size(), 3000u);
  disk.Free(4 * kMebibyte);
  EXPECT_TRUE(jobs_->DropItems(lease));
  EXPECT_TRUE(jobs_->Items(job.number, 0, 0, 5000, 1u << 20)->empty());
}

INSTANTIATE_TEST_SUITE_P(Only, FullDiskTest, ::testing::Values(Location::Kind::kSqlite),
                         [](const auto&) { return "Sqlite"; });

TEST(Fault, TheSystemsWordsForNoRoomAreFull) {
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) EXPECT_EQ(FaultOfErrno(error), Fault::kFull);
  for (const int error : {0, EIO, EACCES, ENOENT, EROFS, EMFILE}) {
    EXPECT_EQ(FaultOfErrno(error), Fault::kIo) << error;
  }
}

}  // namespace
}  // namespace inferwire::store
