// What only SQLite can do wrong.
#include "store/sqlite.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "store/fault.h"
#include "store/schema.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

class SqliteTest : public StoreTest {};

// The process may write files of this size only; the soft limit goes back with the object.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST_P(SqliteTest, AFullDiskIsATypedErrorThatLosesNothingAndPasses) {
  Sealed("b1");
  Job job;
  job.id = "b2";
  const int64_t number = *jobs_->Create(job);
  std::vector<NewItem> large;
  for (int i = 0; i < 64; ++i) {
    large.push_back({"x" + std::to_string(i), "\"" + std::string(64 * 1024, 'x') + "\"", 0});
  }
  {
    const FileSizeLimit limit(1 << 20);
    const auto added = jobs_->AddItems(number, 0, large);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Code::kResourceExhausted);
    EXPECT_EQ(added.error().reason, v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);
    EXPECT_TRUE(IsFault(added.error(), Fault::kFull));
    EXPECT_TRUE(*jobs_->Find("b1", "")) << "reading goes on";
  }
  ASSERT_TRUE(jobs_->AddItems(number, 0, large)) << "with room again it goes on";
  EXPECT_EQ(jobs_->Items(number, 0, 0, 100, 100u << 20)->size(), 64u);
  Open();
  EXPECT_TRUE(*jobs_->Find("b1", ""));
}

TEST_P(SqliteTest, ALockedFileIsATypedErrorAndPasses) {
  Sealed("b1");
  location_.wait = std::chrono::milliseconds(20);
  Open();
  auto other = ConnectSqlite(location_.path, std::chrono::milliseconds(20));
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->Begin());
  const auto lease = jobs_->Claim("w", At(0), At(30));
  ASSERT_FALSE(lease);
  EXPECT_TRUE(IsFault(lease.error(), Fault::kLocked));
  EXPECT_TRUE(*jobs_->Find("b1", "")) << "reading goes on";
  (*other)->Rollback();
  EXPECT_TRUE(*jobs_->Claim("w", At(0), At(30)));
}

TEST_P(SqliteTest, AFileThatIsNoDatabaseIsATypedError) {
  jobs_.reset();
  database_.reset();
  std::ofstream(location_.path) << std::string(8192, 'x');
  const auto database = Database::Open(location_);
  ASSERT_FALSE(database);
  EXPECT_TRUE(IsFault(database.error(), Fault::kCorrupt));
}

TEST_P(SqliteTest, AFileThatIsNoDatabaseIsLeftAsItIs) {
  jobs_.reset();
  database_.reset();
  for (const size_t size : {size_t{1}, size_t{100}, size_t{8192}}) {
    const std::string path = folder_.File("other" + std::to_string(size));
    std::ofstream(path) << std::string(size, 'x');
    Location location;
    location.path = path;
    EXPECT_FALSE(Database::Open(location)) << size;
    std::ifstream file(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), std::string(size, 'x'));
  }
}

// Prompts are in it.
TEST_P(SqliteTest, NobodyElseMayReadTheFiles) {
  Sealed("b1");
  const auto rights = [this](const std::string& suffix) {
    return std::filesystem::status(location_.path + suffix).permissions();
  };
  constexpr auto kOwners = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
  for (const char* suffix : {"", "-wal", "-shm", ".lock", ".reserve"}) {
    EXPECT_EQ(rights(suffix), kOwners) << suffix;
  }
  std::filesystem::permissions(location_.path, std::filesystem::perms::all);
  Open();
  EXPECT_EQ(rights(""), kOwners) << "an existing one is tightened";
}

TEST_P(SqliteTest, SpaceThatDeletingMadeIsGivenBack) {
  Job job;
  job.id = "b1";
  const int64_t number = *jobs_->Create(job);
  for (int i = 0; i < 32; ++i) {
    ASSERT_TRUE(jobs_->AddItems(number, i, {{std::to_string(i), std::string(1 << 20, 'x'), 0}}));
  }
  ASSERT_TRUE(jobs_->Drop(number));
  while (*jobs_->Sweep(At(-1), At(-1), At(0), 1000) > 0) {
  }
  EXPECT_GT(std::filesystem::file_size(location_.path), 20u << 20);
  int pieces = 1;
  while (*jobs_->GiveBack()) ++pieces;
  EXPECT_GT(pieces, 4) << "nobody waits for all of it";
  EXPECT_LT(std::filesystem::file_size(location_.path), 3u << 20);
  EXPECT_LT(std::filesystem::file_size(location_.path + "-wal"), 1u << 20);
}

TEST_P(SqliteTest, AFileOfAnEarlierBuildCanGiveSpaceBackToo) {
  Sealed("b1");
  jobs_.reset();
  database_.reset();
  {
    auto sql = ConnectSqlite(location_.path, location_.wait);
    ASSERT_TRUE((*sql)->Script("PRAGMA journal_mode=DELETE; PRAGMA auto_vacuum=NONE; VACUUM"));
    ASSERT_EQ((*sql)->Run("PRAGMA auto_vacuum")->rows.at(0).Number(0), 0);
  }
  Open();
  EXPECT_TRUE(*jobs_->Find("b1", ""));
  auto sql = ConnectSqlite(location_.path, location_.wait);
  EXPECT_EQ((*sql)->Run("PRAGMA auto_vacuum")->rows.at(0).Number(0), 2);
}

TEST_P(SqliteTest, NothingNewIsTakenIfTheFileSystemWouldBeFull) {
  location_.budget.min_free = int64_t{1} << 60;
  Open();
  Job job;
  job.id = "b1";
  const auto refused = jobs_->Create(job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_STORE_BUDGET_EXCEEDED);
}

TEST_P(SqliteTest, OneProcessAtATime) {
  const auto second = Database::Open(location_);
  ASSERT_FALSE(second);
  EXPECT_TRUE(IsFault(second.error(), Fault::kLocked));
}

TEST_P(SqliteTest, TheLeasesOfAnEarlierProcessEndWithIt) {
  Sealed("b1");
  const Lease old = Claimed(0, 10'000);
  Open();
  const auto lease = jobs_->Claim("w", At(0), At(30));
  ASSERT_TRUE(*lease);
  EXPECT_GT((*lease)->token, old.token);
}

TEST_P(SqliteTest, ANewerSchemaIsRefused) {
  jobs_.reset();
  database_.reset();
  auto sql = ConnectSqlite(location_.path, std::chrono::milliseconds(100));
  ASSERT_TRUE((*sql)->Run("UPDATE schema_version SET version = $1", {kSchemaVersion + 1}));
  sql->reset();
  EXPECT_FALSE(Database::Open(location_));
}

TEST_P(SqliteTest, AFolderThatIsNotThereIsATypedError) {
  Location nowhere = location_;
  nowhere.path = folder_.File("missing/jobs.db");
  const auto database = Database::Open(nowhere);
  ASSERT_FALSE(database);
  EXPECT_TRUE(IsFault(database.error(), Fault::kIo));
}

INSTANTIATE_TEST_SUITE_P(Only, SqliteTest, ::testing::Values(Location::Kind::kSqlite),
                         [](const auto&) { return "Sqlite"; });

}  // namespace
}  // namespace inferwire::store
