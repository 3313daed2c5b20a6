// What only SQLite can do wrong.
#include "store/sqlite.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "store/fault.h"
#include "store/schema.h"
#include "unit/store/databases.h"

namespace llmgate::store {
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
    EXPECT_EQ(added.error().code, Code::kUnavailable);
    EXPECT_EQ(added.error().reason, v1::ERROR_REASON_STORE_UNAVAILABLE);
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
}  // namespace llmgate::store
