// From the files into the store's sums, each record once, whatever fails in between.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <thread>

#include "books.h"
#include "ledger/uploader.h"
#include "store/fault.h"
#include "store/postgres.h"
#include "store/sqlite.h"
#include "support/postgres_cluster.h"
#include "telemetry/log.h"

namespace inferwire::ledger {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::Location;

testing_support::PostgresCluster* Cluster() {
  static const auto cluster = testing_support::PostgresCluster::Start();
  return cluster.get();
}

struct NoLines final : telemetry::LogSink {
  void Write(std::string_view) override {}
};

class Upload : public LedgerTest, public testing::WithParamInterface<Location::Kind> {
 protected:
  void SetUp() override {
    options.uploads = true;
    options.sync = milliseconds(5);
    location.kind = GetParam();
    location.path = folder.File("store.db");
    location.wait = milliseconds(500);
    if (location.kind == Location::Kind::kPostgres) {
      if (Cluster() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      location.url = Cluster()->NewDatabase();
    }
    auto opened = store::Database::Open(location);
    ASSERT_TRUE(opened) << opened.error().message;
    database = std::move(*opened);
  }
  std::unique_ptr<Uploader> NewUploader(Book& book, size_t records = 5000) {
    Uploader::Options own;
    own.folder = options.folder;
    own.every = milliseconds(5);
    own.records = records;
    return std::make_unique<Uploader>(
        own, book, [this] { return store::Usage::Connect(location); }, clock,
        metrics.Of<telemetry::LedgerMetrics>(), log);
  }
  std::unique_ptr<store::Sql> ConnectSql() {
    auto sql = location.kind == Location::Kind::kSqlite
                   ? store::ConnectSqlite(location.path, seconds(10))
                   : store::ConnectPostgres(location.url, seconds(10));
    EXPECT_TRUE(sql);
    return std::move(*sql);
  }
  // One number of the sums.
  int64_t Ask(const std::string& what) {
    auto rows =
        ConnectSql()->Run("SELECT CAST(COALESCE(" + what + ", 0) AS BIGINT) FROM usage_hour");
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? rows->rows.at(0).Number(0) : -1;
  }
  bool Eventually(const std::function<bool()>& condition) {
    const auto until = std::chrono::steady_clock::now() + seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return false;
      std::this_thread::yield();
    }
    return true;
  }

  Location location;
  std::unique_ptr<store::Database> database;
  telemetry::Log log{{telemetry::LogLevel::kOff, false}, clock, std::make_unique<NoLines>()};
};

TEST_P(Upload, SumsByTheHourAndByNames) {
  const Names names{.tenant = "acme",
                    .team = "search",
                    .key = "k",
                    .user = "u",
                    .model = "m",
                    .upstream = "openai",
                    .operation = "chat",
                    .label = "l"};
  const auto book = Open();
  Usage usage = Used(100, 7);
  usage.cached = 60;
  usage.output = 10;
  usage.reasoning = 3;
  for (int i = 0; i < 3; ++i) book->End(book->Begin(names, {}), names, {}, usage);
  usage.code = 1;
  usage.unpriced = 1;
  book->End(book->Begin(names, {}), names, {}, usage);
  usage.source = Source::kEstimated;
  book->End(0, names, {}, usage);
  book->Close();
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(20)));
  auto rows = ConnectSql()->Run(
      "SELECT tenant, team, key, usr, model, upstream, operation, label, calls, failed, unpriced, "
      "input, cached, output, reasoning, picousd FROM usage_hour WHERE source = 1");
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->rows.size(), 1u) << "unless the hour ended just now";
  store::Row& row = rows->rows.front();
  const std::vector<std::string> texts{"acme", "search", "k", "u", "m", "openai", "chat", "l"};
  for (size_t i = 0; i < texts.size(); ++i) EXPECT_EQ(row.Text(i), texts[i]);
  const std::vector<int64_t> numbers{4, 1, 1, 400, 240, 40, 12, 28};
  for (size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(row.Number(8 + i), numbers[i]) << i;
  EXPECT_EQ(Ask("SUM(calls)"), 5);
}

TEST_P(Upload, SaysUntilWhenTheSumsAreCompleteAlsoIfThereIsNothingNew) {
  const auto book = Open();
  const auto uploader = NewUploader(*book);
  auto jobs = database->Connect();
  ASSERT_TRUE(jobs);
  const auto until = [&] {
    auto complete = (*jobs)->usage().CompleteUntil({});
    return complete ? *complete : std::nullopt;
  };
  ASSERT_TRUE(Eventually([&] { return until().has_value(); })) << "before the first call";
  EXPECT_LT(*until(), clock.WallNow());
  const WallTime before = clock.WallNow();
  Call(*book, {.tenant = "acme"}, 5);
  ASSERT_TRUE(Eventually([&] { return *until() >= before; }));
  EXPECT_EQ(Ask("SUM(input)"), 5) << "what ended before that is in";
  book->Close();
  ASSERT_TRUE(uploader->Finish(seconds(20)));
  EXPECT_EQ(until(), std::nullopt) << "a writer that is closed lacks nothing";
}

TEST_P(Upload, AnEndThatSaysNothingIsNoRow) {
  const auto book = Open();
  Usage nothing;
  nothing.calls = 0;
  book->End(book->Begin({.tenant = "acme"}, {}), {.tenant = "acme"}, {}, nothing);
  book->Close();
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(20)));
  EXPECT_EQ(Ask("COUNT(*)"), 0);
}

TEST_P(Upload, GoesOnWhileCallsComeAndOverManyFiles) {
  constexpr int64_t kCalls = 20'000;
  const auto book = Open();
  const auto uploader = NewUploader(*book, 700);
  for (int64_t i = 0; i < kCalls; ++i) Call(*book, {.tenant = "t" + std::to_string(i % 7)}, i);
  book->Close();
  ASSERT_TRUE(uploader->Finish(seconds(40)));
  EXPECT_EQ(book->held(), 0);
  EXPECT_EQ(Ask("SUM(calls)"), kCalls);
  EXPECT_EQ(Ask("SUM(input)"), kCalls * (kCalls - 1) / 2);
  // Another one over the same files adds nothing.
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(20)));
  EXPECT_EQ(Ask("SUM(calls)"), kCalls);
}

// A transaction's sums go in statements of 64, 8 and 1 rows.
TEST_P(Upload, EverySumOfMoreNamesThanATransactionTakesIsExact) {
  constexpr int64_t kLabels = 2'500, kEach = 3;
  // One file for all: what is held while there is no room has fewer names.
  options.segment_bytes = 4 << 20;
  const auto book = Open();
  for (int64_t i = 0; i < kLabels * kEach; ++i) {
    Call(*book, {.tenant = "acme", .label = "l" + std::to_string(i % kLabels)}, i % kLabels);
  }
  ASSERT_EQ(book->held(), 0);
  book->Close();
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(40)));
  EXPECT_EQ(Ask("COUNT(DISTINCT label)"), kLabels);
  EXPECT_EQ(Ask("SUM(calls)"), kLabels * kEach);
  EXPECT_EQ(Ask("SUM(input)"), kEach * kLabels * (kLabels - 1) / 2);
  auto wrong = ConnectSql()->Run(
      "SELECT COUNT(*) FROM (SELECT label FROM usage_hour GROUP BY label HAVING SUM(calls) <> 3 "
      "OR 'l' || CAST(SUM(input) / 3 AS BIGINT) <> label) AS each");
  ASSERT_TRUE(wrong) << wrong.error().message;
  EXPECT_EQ(wrong->rows.front().Number(0), 0);
}

TEST_P(Upload, NamesThatNoDatabaseTakesAreMended) {
  const auto book = Open();
  const std::string zero("a\0b", 3);
  Call(*book, {.tenant = zero}, 1);
  Call(*book, {.tenant = "\xff"}, 2);
  book->Close();
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(20)));
  EXPECT_EQ(Ask("SUM(input)"), 3);
}

TEST_P(Upload, FilesStayUntilTheirRecordsAreInTheStore) {
  options.max_bytes = 3 << 20;
  const auto book = Open();
  int64_t calls = 0;
  const auto refused = [this] {
    return metrics.Expose().find(R"(inferwire_ledger_failures_total{step="allocate"} 0)") ==
           std::string::npos;
  };
  while (book->held() == 0 || !refused()) {
    for (int i = 0; i < 1000; ++i) Call(*book, {.tenant = "t"}, calls++);
  }
  EXPECT_LE(ListSegments(options.folder).size(), 3u) << "no more than the bound";
  EXPECT_EQ(ListSegments(options.folder).front().index, 0u) << "none was removed";
  const auto uploader = NewUploader(*book);
  EXPECT_TRUE(Eventually([&] { return book->held() == 0; })) << "uploaded files made room";
  book->Close();
  ASSERT_TRUE(uploader->Finish(seconds(20)));
  EXPECT_EQ(Ask("SUM(calls)"), calls);
  EXPECT_GT(ListSegments(options.folder).front().index, 0u);
}

TEST_P(Upload, ProcessesThatAreKilledAnywhereLoseNothingAndAddNothingTwice) {
  constexpr int kKills = 12;
  constexpr int64_t kEach = 1'000'000;
  std::mt19937 random(5);
  int64_t acknowledged = 0, money = 0;
  for (int kill = 0; kill < kKills; ++kill) {
    int pipe[2] = {-1, -1};
    ASSERT_EQ(pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto book = Book::Open(options, clock, metrics.Of<telemetry::LedgerMetrics>(), 1);
      if (!book) _exit(1);
      const auto uploader = NewUploader(**book, 50);
      for (int64_t call = kill * kEach;; ++call) {
        const std::string tenant = "t" + std::to_string(call % 5);
        const Names names{.tenant = tenant};
        (*book)->End((*book)->Begin(names, {}), names, {}, Used(1, call));
        if ((*book)->held() > 0) _exit(2);
        if (write(pipe[1], &call, sizeof call) != sizeof call) _exit(3);
      }
    }
    close(pipe[1]);
    int64_t call = 0, seen = 0;
    const auto wanted = static_cast<int64_t>(random() % 3'000);
    while (read(pipe[0], &call, sizeof call) == sizeof call) {
      ++acknowledged;
      money += call;
      if (seen++ == wanted) ::kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    close(pipe[0]);
  }
  const auto book = Open();
  book->Close();
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(40)));
  int64_t calls = 0, picousd = 0, lost = 0;
  for (const Kept& end : Ends(options.folder)) {
    calls += end.usage.calls;
    picousd += end.usage.picousd;
    if (end.usage.source == Source::kLost) ++lost;
  }
  EXPECT_EQ(Ask("SUM(calls)"), calls);
  EXPECT_EQ(Ask("SUM(picousd)"), picousd);
  EXPECT_LE(lost, kKills);
  EXPECT_GE(calls - lost, acknowledged);
  EXPECT_LE(calls - lost, acknowledged + kKills) << "written, and killed before it could be said";
  EXPECT_GE(picousd, money);
}

TEST_P(Upload, AStoreThatIsNotThereYetIsWaitedFor) {
  std::atomic<bool> there{false};
  const auto book = Open();
  Call(*book, {.tenant = "t"}, 1);
  Uploader::Options own;
  own.folder = options.folder;
  own.every = milliseconds(1);
  Uploader uploader(
      own, *book,
      [&]() -> Result<std::unique_ptr<store::Usage>> {
        if (!there) return store::StoreError(store::Fault::kConnection, "not yet");
        return store::Usage::Connect(location);
      },
      clock, metrics.Of<telemetry::LedgerMetrics>(), log);
  const std::string failures = R"(inferwire_ledger_failures_total{step="upload"} )";
  EXPECT_TRUE(Eventually([&] {
    const std::string page = metrics.Expose();
    return page.find(failures) != std::string::npos &&
           page.find(failures + "0\n") == std::string::npos;
  }));
  EXPECT_NE(metrics.Expose().find("inferwire_ledger_unsent_records 3"), std::string::npos);
  there = true;
  EXPECT_TRUE(Eventually([&] { return Ask("SUM(calls)") == 1; }));
  book->Close();
  EXPECT_TRUE(uploader.Finish(seconds(20)));
}

TEST_P(Upload, SumsGoAfterTheirTime) {
  const auto usage = std::move(*store::Usage::Connect(location));
  store::UsageRow old, young;
  old.hour = 100;
  young.hour = 200;
  old.calls = young.calls = 1;
  ASSERT_TRUE(*usage->Add(1, 0, {5, true}, {old, young}, WallTime(std::chrono::hours(100))));
  ASSERT_FALSE(*usage->Add(1, 0, {6, true}, {young}, WallTime(std::chrono::hours(100))))
      << "its records up to 5 are there";
  EXPECT_EQ(usage->Writer(1)->last, 5);
  EXPECT_TRUE(usage->Writer(1)->closed);
  ASSERT_TRUE(usage->RemoveBefore(150));
  EXPECT_EQ(Ask("SUM(hour)"), 200);
  EXPECT_EQ(usage->Writer(1)->last, 0) << "its files are long gone";
}

// A database for which a call is booked whenever a transaction is committed to it.
class NewsAtEachCommit final : public store::Sql {
 public:
  NewsAtEachCommit(std::unique_ptr<store::Sql> sql, std::function<void()> news)
      : sql_(std::move(sql)), news_(std::move(news)) {}

  Result<void> Script(const std::string& statements) override { return sql_->Script(statements); }
  Result<void> Begin() override { return sql_->Begin(); }
  Result<void> Commit() override {
    news_();
    return sql_->Commit();
  }
  void Rollback() override { sql_->Rollback(); }
  Result<void> Exclude(std::string_view name) override { return sql_->Exclude(name); }
  std::string_view for_update_skip_locked() const override {
    return sql_->for_update_skip_locked();
  }
  std::string_view name() const override { return sql_->name(); }

 protected:
  Result<store::Rows> Execute(const std::string& statement,
                              std::span<const store::Param> params) override {
    return sql_->Run(statement, params);
  }

 private:
  const std::unique_ptr<store::Sql> sql_;
  const std::function<void()> news_;
};

TEST_P(Upload, WhatComesWhileItUploadsWaitsForTheNextTime) {
  const auto book = Open();
  Call(*book, {.tenant = "t"}, 1);
  std::atomic<int> commits{0};
  Uploader::Options own;
  own.folder = options.folder;
  own.every = std::chrono::hours(1);
  Uploader uploader(
      own, *book,
      [&]() -> Result<std::unique_ptr<store::Usage>> {
        return std::make_unique<store::Usage>(std::make_unique<NewsAtEachCommit>(ConnectSql(), [&] {
          if (commits++ < 100) Call(*book, {.tenant = "t"}, 1);
        }));
      },
      clock, metrics.Of<telemetry::LedgerMetrics>(), log);
  // Told when it has done what there was: all but the call of its one transaction.
  EXPECT_TRUE(Eventually([&] {
    return metrics.Expose().find("inferwire_ledger_unsent_records 2") != std::string::npos;
  }));
  EXPECT_EQ(commits, 1);
  EXPECT_EQ(Ask("SUM(calls)"), 1);
  book->Close();
  EXPECT_TRUE(uploader.Finish(seconds(20)));
  EXPECT_EQ(Ask("SUM(calls)"), 2) << "and the last of them before it ends";
}

INSTANTIATE_TEST_SUITE_P(Both, Upload,
                         testing::Values(Location::Kind::kSqlite, Location::Kind::kPostgres),
                         [](const auto& info) {
                           return info.param == Location::Kind::kSqlite ? "Sqlite" : "PostgreSql";
                         });

// What only a server can do to us.
class UploadToAServer : public Upload {};

TEST_P(UploadToAServer, IsExactWhenItIsRestartedAndFrozenOnTheWay) {
  constexpr int64_t kCalls = 30'000;
  const auto book = Open();
  const auto uploader = NewUploader(*book, 100);
  for (int64_t i = 0; i < kCalls; ++i) {
    Call(*book, {.tenant = "t" + std::to_string(i % 7)}, i);
    if (i == kCalls / 4) Cluster()->Stop(), Cluster()->Restart();
    if (i == kCalls / 2) Cluster()->Freeze();
  }
  Cluster()->Thaw();
  book->Close();
  ASSERT_TRUE(uploader->Finish(seconds(50)));
  EXPECT_EQ(Ask("SUM(calls)") + book->held(), kCalls);
  EXPECT_EQ(Ask("SUM(input)"), kCalls * (kCalls - 1) / 2);
}

TEST_P(UploadToAServer, OneThatIsGoneHoldsNobodyUpAndTheNextStartUploadsTheRest) {
  const auto url = location.url;
  {
    const auto book = Open();
    const auto uploader = NewUploader(*book);
    Cluster()->Stop();
    for (int i = 0; i < 1000; ++i) Call(*book, {.tenant = "t"}, 1);
    book->Close();
    EXPECT_FALSE(uploader->Finish(milliseconds(200)));
  }
  Cluster()->Restart();
  const auto book = Open();
  book->Close();
  ASSERT_TRUE(NewUploader(*book)->Finish(seconds(20)));
  EXPECT_EQ(Ask("SUM(calls)"), 1000);
}

INSTANTIATE_TEST_SUITE_P(Only, UploadToAServer, testing::Values(Location::Kind::kPostgres),
                         [](const auto&) { return "PostgreSql"; });

}  // namespace
}  // namespace inferwire::ledger
