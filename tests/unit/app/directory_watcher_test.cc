// How what is known of the store's directory follows it, whatever the store does.
#include "app/directory_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "inferwire/v1/tenants_service.pb.h"
#include "store/postgres.h"
#include "store/sqlite.h"
#include "support/audit_fault.h"
#include "support/postgres_cluster.h"
#include "support/temp_folder.h"
#include "telemetry/metrics.h"

namespace inferwire::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kLong = 20s;

testing_support::PostgresCluster* Cluster() {
  static const auto cluster = testing_support::PostgresCluster::Start();
  return cluster.get();
}

class NoSink final : public telemetry::LogSink {
 public:
  void Write(std::string_view) override {}
};

// What the server would be given.
class Server {
 public:
  Result<void> Use(std::shared_ptr<const StoredDirectory> directory) {
    std::lock_guard lock(mutex_);
    if (refuses_) return InvalidField("it", "is refused");
    directory_ = std::move(directory);
    ++uses_;
    changed_.notify_all();
    return {};
  }
  void Refuse(bool refuses) {
    std::lock_guard lock(mutex_);
    refuses_ = refuses;
  }
  template <class Condition>
  bool WaitFor(Condition condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kLong, [&] { return directory_ && condition(*directory_); });
  }
  bool WaitForVersion(int64_t version) {
    return WaitFor([version](const StoredDirectory& now) { return now.version == version; });
  }
  std::vector<std::string> keys() {
    std::lock_guard lock(mutex_);
    std::vector<std::string> ids;
    if (!directory_) return ids;
    for (const auto& key : directory_->keys) ids.push_back(key.id);
    return ids;
  }
  int uses() {
    std::lock_guard lock(mutex_);
    return uses_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<const StoredDirectory> directory_;
  bool refuses_ = false;
  int uses_ = 0;
};

class DirectoryWatcherTest : public testing::TestWithParam<store::Location::Kind> {
 protected:
  void SetUp() override {
    location.kind = GetParam();
    location.path = folder.File("store.db");
    location.wait = 500ms;
    if (location.kind == store::Location::Kind::kPostgres) {
      if (Cluster() == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
      location.url = Cluster()->NewDatabase();
    }
    auto opened = store::Database::Open(location);
    ASSERT_TRUE(opened) << opened.error().message;
    database = std::move(*opened);
    admin = Connect("admin");
  }
  std::unique_ptr<store::SqlDirectory> Connect(const std::string& writer) {
    auto connected = store::SqlDirectory::Connect(location, {writer});
    EXPECT_TRUE(connected) << connected.error().message;
    return connected ? std::move(*connected) : nullptr;
  }
  DirectoryWatcher& Make(std::chrono::milliseconds poll = 10ms) {
    DirectoryWatcher::Options options;
    options.poll = poll;
    options.snapshot = folder.File("directory");
    options.audit_keep = audit_keep;
    options.page = 2;
    watcher.emplace(
        options,
        DirectoryWatcher::Parts{
            clock, metrics.Of<telemetry::DirectoryMetrics>(), log, audit,
            [this]() -> Result<std::unique_ptr<store::SqlDirectory>> {
              if (away) return store::StoreError(store::Fault::kConnection, "is away");
              return store::SqlDirectory::Connect(location, {"replica"});
            },
            [this] { return std::make_unique<store::Notices>(location, store::kDirectoryChannel); },
            [this](auto directory) { return server.Use(std::move(directory)); },
            [this] { return std::exchange(used, {}); }});
    return *watcher;
  }
  int64_t PutTenant(const std::string& id) {
    auto put = admin->PutTenant({id, "", false, 0}, {});
    EXPECT_TRUE(put) << put.error().message;
    return put ? put->version : 0;
  }
  int64_t CreateKey(const std::string& id) {
    store::KeyRow key;
    key.key = id;
    key.tenant = "acme";
    key.secrets = {{std::string(32, '\x11'), "wxyz", {}, {}}};
    auto made = admin->CreateKey(key, {});
    EXPECT_TRUE(made) << made.error().message;
    return made ? made->row.version : 0;
  }
  int64_t Revoke(const std::string& id) {
    auto changed = admin->ChangeKey(id,
                                    [](store::KeyRow& row) {
                                      row.revoked = WallTime(1s);
                                      return Result<void>();
                                    },
                                    {});
    EXPECT_TRUE(changed) << changed.error().message;
    return changed ? changed->version : 0;
  }
  bool Shows(const std::string& sample) {
    return ("\n" + metrics.Expose()).find("\n" + sample + "\n") != std::string::npos;
  }

  const testing_support::TempFolder folder;
  store::Location location;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::SqlDirectory> admin;
  SystemClock clock;
  telemetry::Metrics metrics;
  telemetry::Log log{{telemetry::LogLevel::kOff, false}, clock, std::make_unique<NoSink>()};
  AuditTrail audit{clock, metrics.Of<telemetry::DirectoryMetrics>(), 3};
  Server server;
  std::vector<std::string> used;
  std::chrono::milliseconds audit_keep{0};
  std::atomic<bool> away{false};
  std::optional<DirectoryWatcher> watcher;
};

TEST_P(DirectoryWatcherTest, HandsOverWhatThereIsAndEveryChange) {
  PutTenant("acme");
  for (const char* id : {"K1111111", "K2222222", "K3333333"}) CreateKey(id);
  Make().Start(kLong);
  EXPECT_TRUE(watcher->known());
  EXPECT_THAT(server.keys(), ElementsAre("K1111111", "K2222222", "K3333333"));
  ASSERT_TRUE(server.WaitForVersion(CreateKey("K4444444")));
  EXPECT_EQ(server.keys().size(), 4u);
  ASSERT_TRUE(server.WaitForVersion(Revoke("K2222222")));
  EXPECT_THAT(server.keys(), ElementsAre("K1111111", "K3333333", "K4444444"));
  // It is the version that is in use, which is said once it was taken over.
  for (const auto until = clock.Now() + kLong; clock.Now() < until;) {
    watcher->Measure();
    if (Shows("inferwire_directory_version 6")) break;
    std::this_thread::yield();
  }
  EXPECT_TRUE(Shows("inferwire_directory_version 6"));
}

TEST_P(DirectoryWatcherTest, WithoutAChangeNothingIsHandedOver) {
  PutTenant("acme");
  Make(1ms).Start(kLong);
  // The trail is written by the same rounds: when this event is there, there were some.
  for (int i = 0; i < 20; ++i) {
    audit.Add("test", "", "");
    store::AuditRow waiting;
    const auto until = clock.Now() + kLong;
    while (audit.First(waiting) && clock.Now() < until) std::this_thread::yield();
  }
  EXPECT_EQ(server.uses(), 1);
}

TEST_P(DirectoryWatcherTest, WithPostgresqlAChangeIsHeardLongBeforeTheNextLook) {
  if (GetParam() == store::Location::Kind::kSqlite) GTEST_SKIP() << "nobody tells";
  Make(1h).Start(kLong);
  EXPECT_TRUE(server.WaitForVersion(PutTenant("acme")));
  EXPECT_TRUE(server.WaitForVersion(CreateKey("K1111111")));
}

TEST_P(DirectoryWatcherTest, WhoChangesItHereSaysSoAndNeedNotWaitForALook) {
  Make(1h).Start(kLong);
  const int64_t version = PutTenant("acme");
  watcher->Nudge();
  EXPECT_TRUE(server.WaitForVersion(version));
}

TEST_P(DirectoryWatcherTest, WhatWasReadLastIsThereAtAStartWithoutTheStore) {
  PutTenant("acme");
  CreateKey("K1111111");
  Make().Start(kLong);
  watcher.reset();
  away = true;
  const auto directory = Make().ReadSnapshot();
  ASSERT_TRUE(directory);
  EXPECT_TRUE(watcher->known());
  EXPECT_EQ(directory->keys.size(), 1u);
  const int before = server.uses();
  watcher->Start(kLong);
  EXPECT_EQ(server.uses(), before) << "nothing else is known";
  // What was revoked meanwhile is, as soon as the store is there.
  const int64_t version = Revoke("K1111111");
  away = false;
  ASSERT_TRUE(server.WaitForVersion(version));
  EXPECT_THAT(server.keys(), IsEmpty());
}

TEST_P(DirectoryWatcherTest, WithoutAStoreAndASnapshotNothingIsKnown) {
  away = true;
  EXPECT_FALSE(Make().ReadSnapshot());
  watcher->Start(kLong);
  EXPECT_FALSE(watcher->known());
  away = false;
  EXPECT_TRUE(server.WaitForVersion(0));
}

TEST_P(DirectoryWatcherTest, ADatabaseThatLostItsLastChangesIsReadAnew) {
  PutTenant("acme");
  CreateKey("K1111111");
  CreateKey("K2222222");
  Make().Start(kLong);
  ASSERT_EQ(server.keys().size(), 2u);
  auto sql = location.kind == store::Location::Kind::kSqlite
                 ? store::ConnectSqlite(location.path, location.wait)
                 : store::ConnectPostgres(location.url, location.wait);
  ASSERT_TRUE(sql);
  ASSERT_TRUE(
      (*sql)->Script("BEGIN; DELETE FROM keys WHERE key = 'K2222222'; "
                     "UPDATE directory_version SET version = 2; COMMIT"));
  ASSERT_TRUE(server.WaitForVersion(2));
  EXPECT_THAT(server.keys(), ElementsAre("K1111111"));
}

TEST_P(DirectoryWatcherTest, WhatCouldNotBeUsedIsTriedAgain) {
  server.Refuse(true);
  PutTenant("acme");
  Make().Start(kLong);
  EXPECT_FALSE(watcher->known());
  server.Refuse(false);
  EXPECT_TRUE(server.WaitForVersion(1));
}

TEST_P(DirectoryWatcherTest, WhatWasAddedForAWhileEndsByItself) {
  v1::Tenant body;
  body.mutable_limits()->set_requests_per_minute(60);
  v1::Boost& boost = *body.add_boosts();
  boost.set_meter(v1::METER_REQUESTS_PER_MINUTE);
  boost.set_amount(40);
  const auto until = clock.WallNow() + 2s;
  const auto nanos = std::chrono::nanoseconds(until.time_since_epoch()).count();
  boost.mutable_until()->set_seconds(nanos / 1'000'000'000);
  boost.mutable_until()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  ASSERT_TRUE(admin->PutTenant({"acme", body.SerializeAsString(), false, 0}, {}));
  Make(1h).Start(kLong);
  EXPECT_TRUE(
      server.WaitFor([](const StoredDirectory& now) { return now.tenants.at(0).boosts.empty(); }));
  EXPECT_GE(clock.WallNow(), until);
  EXPECT_EQ(server.uses(), 2);
}

TEST_P(DirectoryWatcherTest, WritesWhatWaitsForTheTrailInItsOrderAndDropsWhatIsTooMuch) {
  away = true;
  Make().Start(kLong);
  for (int i = 0; i < 5; ++i) audit.Add("a" + std::to_string(i), "10.0.0.1", "{}");
  EXPECT_TRUE(Shows("inferwire_audit_events_total{outcome=\"dropped\"} 2"));
  away = false;
  watcher->Nudge();
  watcher->Stop();
  const auto events = admin->ListAudit("", {}, WallTime::max(), 10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 3u);
  EXPECT_FALSE(testing_support::FindAuditFault(*events));
  v1::AuditEvent first;
  ASSERT_TRUE(first.ParseFromString(events->front().body));
  EXPECT_EQ(first.action(), "a0");
  EXPECT_EQ(first.peer(), "10.0.0.1");
  EXPECT_EQ(events->front().writer, "replica");
}

TEST_P(DirectoryWatcherTest, NotesWhichOfItsKeysWereUsed) {
  PutTenant("acme");
  CreateKey("K1111111");
  CreateKey("K2222222");
  used = {"K1111111", "of the file"};
  Make().Start(kLong);
  watcher->Stop();
  EXPECT_TRUE((*admin->FindKey("K1111111"))->last_used);
  EXPECT_FALSE((*admin->FindKey("K2222222"))->last_used);
}

TEST_P(DirectoryWatcherTest, RemovesOldEventsOfTheTrailAndSaysSo) {
  store::AuditRow old;
  old.at = clock.WallNow() - 2h;
  ASSERT_TRUE(admin->Audit(old));
  ASSERT_TRUE(admin->Audit(old));
  audit_keep = 1h;
  Make().Start(kLong);
  watcher->Stop();
  const auto events = admin->ListAudit("", {}, WallTime::max(), 10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2u) << "the last one of the writer stays";
  v1::AuditEvent swept;
  ASSERT_TRUE(swept.ParseFromString(events->back().body));
  EXPECT_EQ(swept.action(), "audit.sweep");
}

TEST_P(DirectoryWatcherTest, AStoreThatHangsKeepsNobodyWaiting) {
  if (GetParam() == store::Location::Kind::kSqlite) GTEST_SKIP() << "a file does not hang";
  PutTenant("acme");
  Make().Start(kLong);
  Cluster()->Freeze();
  const auto begun = clock.Now();
  watcher->Measure();
  audit.Add("test", "", "");
  EXPECT_LT(clock.Now() - begun, 1s);
  watcher->Stop();
  EXPECT_LT(clock.Now() - begun, 15s);
  Cluster()->Thaw();
}

INSTANTIATE_TEST_SUITE_P(Databases, DirectoryWatcherTest,
                         ::testing::Values(store::Location::Kind::kSqlite,
                                           store::Location::Kind::kPostgres),
                         [](const auto& info) {
                           return info.param == store::Location::Kind::kSqlite ? "Sqlite"
                                                                               : "Postgres";
                         });

}  // namespace
}  // namespace inferwire::app
