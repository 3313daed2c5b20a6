// The directory of tenants and keys, in both databases.
#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "store/notices.h"
#include "store/sql_directory.h"
#include "support/audit_fault.h"
#include "unit/store/databases.h"

namespace inferwire::store {
namespace {

using ::testing::ElementsAre;
using testing_support::FindAuditFault;

class DirectoryTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (!IsSkipped()) directory = ConnectDirectory("w1");
  }
  std::unique_ptr<SqlDirectory> ConnectDirectory(const std::string& writer) {
    auto connected = SqlDirectory::Connect(
        location_, {writer, [this](const AuditRow& event) { told.push_back(event); }});
    if (connected) return std::move(*connected);
    ADD_FAILURE() << connected.error().message;
    return nullptr;
  }
  static AuditRow Event(const std::string& body = "event", int at = 0) {
    AuditRow event;
    event.at = At(at);
    event.tenant = "acme";
    event.body = body;
    return event;
  }
  static KeyRow Key(const std::string& id, const std::string& request_id = "") {
    KeyRow key;
    key.key = id;
    key.tenant = "acme";
    key.team = "search";
    key.body = std::string("b\0dy", 4);
    key.secrets = {{std::string(32, '\x80'), "wxyz", At(1), std::nullopt}};
    key.created = At(1);
    key.request_id = request_id;
    return key;
  }
  static TenantRow Tenant(const std::string& id, int64_t version = 0) {
    return {id, std::string("t\0", 2), false, version};
  }
  std::vector<AuditRow> Events() {
    auto events = directory->ListAudit("", {}, WallTime::max(), 1000);
    EXPECT_TRUE(events) << events.error().message;
    return events ? *events : std::vector<AuditRow>();
  }

  std::vector<AuditRow> told;
  std::unique_ptr<SqlDirectory> directory;
};

TEST_P(DirectoryTest, BeginsEmptyAtVersionZero) {
  EXPECT_EQ(*directory->Version(), 0);
  EXPECT_TRUE(directory->TenantsAfter(0, 10)->empty());
  EXPECT_TRUE(directory->KeysAfter(0, 10)->empty());
  EXPECT_FALSE(*directory->FindTenant("acme"));
  EXPECT_FALSE(*directory->FindKey("AbCd1234"));
}

TEST_P(DirectoryTest, ATenantIsPutOnlyOverTheVersionThatWasRead) {
  const auto made = directory->PutTenant(Tenant("acme"), Event());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->version, 1);
  const auto again = directory->PutTenant(Tenant("acme"), Event());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::kAborted);
  EXPECT_EQ(again.error().reason, v1::ERROR_REASON_CONFLICT);
  TenantRow next = *made;
  next.disabled = true;
  next.body = "other";
  const auto changed = directory->PutTenant(next, Event());
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->version, 2) << "what failed has used no version";
  EXPECT_FALSE(directory->PutTenant(next, Event())) << "the version before";
  const auto found = *ConnectDirectory("w2")->FindTenant("acme");
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->disabled);
  EXPECT_EQ(found->body, "other");
  EXPECT_EQ(Events().size(), 2u) << "what had no effect has left no event";
}

TEST_P(DirectoryTest, AKeyIsWhatWasPutIntoItAndItsCreationIsRepeatedWithoutEffect) {
  KeyRow key = Key("AbCd1234", "r1");
  key.expires = At(100);
  key.secrets.push_back({std::string(32, '\x01'), "abcd", At(0), At(50)});
  const auto made = directory->CreateKey(key, Event());
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_FALSE(made->existed);
  const auto found = *directory->FindKey("AbCd1234");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->body, key.body);
  EXPECT_EQ(found->team, "search");
  EXPECT_EQ(found->expires, At(100));
  EXPECT_FALSE(found->revoked);
  ASSERT_EQ(found->secrets.size(), 2u);
  EXPECT_EQ(found->secrets[0].hash, key.secrets[0].hash);
  EXPECT_FALSE(found->secrets[0].ends);
  EXPECT_EQ(found->secrets[1].hint, "abcd");
  EXPECT_EQ(found->secrets[1].ends, At(50));
  EXPECT_EQ(found->request_id, "r1");

  const auto again = directory->CreateKey(Key("EfGh5678", "r1"), Event());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->existed);
  EXPECT_EQ(again->row.key, "AbCd1234");
  EXPECT_EQ(*directory->Version(), 1);
  EXPECT_EQ(Events().size(), 1u);
  // Another tenant's request is another one.
  KeyRow other = Key("EfGh5678", "r1");
  other.tenant = "beta";
  EXPECT_FALSE(directory->CreateKey(other, Event())->existed);
  EXPECT_EQ(directory->CreateKey(Key("AbCd1234"), Event()).error().reason,
            v1::ERROR_REASON_CONFLICT);
}

TEST_P(DirectoryTest, AChangeIsMadeAsAWholeOrNotAtAll) {
  ASSERT_TRUE(directory->CreateKey(Key("AbCd1234"), Event()));
  const auto changed = directory->ChangeKey(
      "AbCd1234",
      [](KeyRow& row) -> Result<void> {
        row.revoked = At(9);
        row.tenant = "somebody else";
        row.secrets.insert(row.secrets.begin(), {std::string(32, '\x02'), "new", At(9), {}});
        return {};
      },
      Event());
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->version, 2);
  const auto found = *directory->FindKey("AbCd1234");
  EXPECT_EQ(found->revoked, At(9));
  EXPECT_EQ(found->tenant, "acme") << "whose it is stays";
  EXPECT_THAT(found->secrets, ElementsAre(::testing::Field(&KeySecretRow::hint, "new"),
                                          ::testing::Field(&KeySecretRow::hint, "wxyz")));
  const auto refused = directory->ChangeKey(
      "AbCd1234", [](KeyRow&) -> Result<void> { return InvalidField("key", "is not so"); },
      Event());
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_INVALID_PARAMETER);
  const auto none = directory->ChangeKey(
      "EfGh5678", [](KeyRow&) { return Result<void>(); }, Event());
  EXPECT_EQ(none.error().code, Code::kNotFound);
  EXPECT_EQ(none.error().reason, v1::ERROR_REASON_RESOURCE_NOT_FOUND);
  const auto empty = directory->ChangeKey(
      "AbCd1234",
      [](KeyRow& row) {
        row.secrets.clear();
        return Result<void>();
      },
      Event());
  EXPECT_FALSE(empty);
  EXPECT_EQ(*directory->Version(), 2);
  EXPECT_EQ(Events().size(), 2u);
}

TEST_P(DirectoryTest, WhatIsNewerThanAVersionComesInItsOrder) {
  ASSERT_TRUE(directory->PutTenant(Tenant("b"), Event()));
  ASSERT_TRUE(directory->CreateKey(Key("K1111111"), Event()));
  ASSERT_TRUE(directory->PutTenant(Tenant("a"), Event()));
  ASSERT_TRUE(directory->CreateKey(Key("K2222222"), Event()));
  EXPECT_EQ(*directory->Version(), 4);
  const auto tenants = *directory->TenantsAfter(0, 10);
  ASSERT_EQ(tenants.size(), 2u);
  EXPECT_EQ(tenants[0].tenant, "b");
  EXPECT_EQ(tenants[1].version, 3);
  EXPECT_EQ(directory->TenantsAfter(1, 10)->size(), 1u);
  EXPECT_EQ(directory->KeysAfter(0, 1)->front().key, "K1111111");
  EXPECT_EQ(directory->KeysAfter(2, 10)->front().key, "K2222222");
}

TEST_P(DirectoryTest, ListsAreByIdInPages) {
  for (const char* id : {"c", "a", "b"}) ASSERT_TRUE(directory->PutTenant(Tenant(id), Event()));
  EXPECT_EQ(directory->ListTenants("", 2)->back().tenant, "b");
  EXPECT_EQ(directory->ListTenants("b", 2)->front().tenant, "c");
  KeyRow other = Key("K1111111");
  other.tenant = "beta";
  other.team = "";
  ASSERT_TRUE(directory->CreateKey(other, Event()));
  KeyRow revoked = Key("K2222222");
  revoked.revoked = At(1);
  ASSERT_TRUE(directory->CreateKey(revoked, Event()));
  ASSERT_TRUE(directory->CreateKey(Key("K3333333"), Event()));
  EXPECT_EQ(directory->ListKeys("", "", true, "", 10)->size(), 3u);
  EXPECT_EQ(directory->ListKeys("", "", false, "", 10)->size(), 2u);
  EXPECT_EQ(directory->ListKeys("acme", "", false, "", 10)->front().key, "K3333333");
  EXPECT_EQ(directory->ListKeys("acme", "search", true, "K2222222", 10)->size(), 1u);
  EXPECT_TRUE(directory->ListKeys("acme", "other", true, "", 10)->empty());
}

TEST_P(DirectoryTest, UseIsNotedAtMostOnceAnHourAndIsNoChange) {
  ASSERT_TRUE(directory->CreateKey(Key("K1111111"), Event()));
  const auto used = [&] { return (*directory->FindKey("K1111111"))->last_used; };
  ASSERT_TRUE(directory->KeysUsed({"K1111111", "unknown"}, At(100)));
  EXPECT_EQ(used(), At(100));
  ASSERT_TRUE(directory->KeysUsed({"K1111111"}, At(3699)));
  EXPECT_EQ(used(), At(100));
  ASSERT_TRUE(directory->KeysUsed({"K1111111"}, At(3700)));
  EXPECT_EQ(used(), At(3700));
  EXPECT_EQ(*directory->Version(), 1);
}

TEST_P(DirectoryTest, EachWritersEventsAreAChainHoweverManyConnectionsItHas) {
  auto second = ConnectDirectory("w1"), other = ConnectDirectory("w2");
  ASSERT_TRUE(directory->PutTenant(Tenant("acme"), Event("one")));
  ASSERT_TRUE(second->Audit(Event("two")));
  ASSERT_TRUE(other->Audit(Event("of another")));
  ASSERT_TRUE(directory->Audit(Event("three")));
  auto events = Events();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_FALSE(FindAuditFault(events));
  EXPECT_EQ(events[2].body, "three");
  EXPECT_EQ(events[2].sequence, 3);
  EXPECT_EQ(events[3].writer, "w2");
  ASSERT_EQ(told.size(), 4u);
  EXPECT_EQ(told[0].chain, events[0].chain) << "what is told is what is kept";
  events.erase(events.begin() + 1);
  EXPECT_TRUE(FindAuditFault(events));
}

TEST_P(DirectoryTest, EventsAreListedByTimeFromAPlaceOn) {
  ASSERT_TRUE(directory->Audit(Event("a", 1)));
  ASSERT_TRUE(directory->Audit(Event("b", 2)));
  AuditRow beta = Event("c", 2);
  beta.tenant = "beta";
  ASSERT_TRUE(directory->Audit(beta));
  const auto bodies = [&](const std::string& tenant, const Directory::AuditPlace& after,
                          WallTime until, int limit) {
    std::vector<std::string> found;
    for (const AuditRow& event : *directory->ListAudit(tenant, after, until, limit)) {
      found.push_back(event.body);
    }
    return found;
  };
  EXPECT_THAT(bodies("", {At(1), "", 0}, At(3), 10), ElementsAre("a", "b", "c"));
  EXPECT_THAT(bodies("", {At(1), "w1", 1}, At(3), 10), ElementsAre("b", "c"));
  EXPECT_THAT(bodies("", {At(2), "w1", 2}, At(3), 10), ElementsAre("c"));
  EXPECT_THAT(bodies("", {At(1), "", 0}, At(2), 10), ElementsAre("a"));
  EXPECT_THAT(bodies("beta", {}, At(3), 10), ElementsAre("c"));
  EXPECT_THAT(bodies("", {}, At(3), 1), ElementsAre("a"));
}

TEST_P(DirectoryTest, EventsAreListedByTheirChainsFromAPlaceOn) {
  auto other = ConnectDirectory("w2");
  ASSERT_TRUE(directory->Audit(Event("a", 9)));
  ASSERT_TRUE(other->Audit(Event("of w2", 1)));
  ASSERT_TRUE(directory->Audit(Event("b", 2)));  // the clock was set back
  const auto bodies = [&](const std::string& writer, int64_t sequence, int limit) {
    std::vector<std::string> found;
    for (const AuditRow& event : *directory->ListAuditChains(writer, sequence, limit)) {
      found.push_back(event.body);
    }
    return found;
  };
  EXPECT_THAT(bodies("", 0, 10), ElementsAre("a", "b", "of w2"));
  EXPECT_THAT(bodies("w1", 1, 10), ElementsAre("b", "of w2"));
  EXPECT_THAT(bodies("w1", 2, 10), ElementsAre("of w2"));
  EXPECT_THAT(bodies("", 0, 2), ElementsAre("a", "b"));
}

TEST_P(DirectoryTest, OldEventsGoFromTheBeginningOnAndTheChainStays) {
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(directory->Audit(Event("e", i)));
  EXPECT_EQ(*directory->RemoveAuditBefore(At(3)), 2);
  EXPECT_EQ(Events().front().sequence, 3);
  EXPECT_EQ(*directory->RemoveAuditBefore(At(100)), 1) << "the last one stays";
  ASSERT_TRUE(directory->Audit(Event("next", 101)));
  const auto events = Events();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].sequence, 5);
  EXPECT_FALSE(FindAuditFault(events));
}

// Several replicas, each writing: nobody who has seen a version has missed one before it.
TEST_P(DirectoryTest, WhoHasSeenAVersionHasSeenAllBeforeIt) {
  constexpr int kWriters = 3, kEach = 30;
  std::atomic<int> writing = kWriters;
  std::vector<std::jthread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      auto own = SqlDirectory::Connect(location_, {"w" + std::to_string(w)});
      for (int i = 0; own && i < kEach; ++i) {
        const std::string id = "K" + std::to_string(1'000'000 + w * 1000 + i);
        const auto made = (*own)->CreateKey(Key(id), Event());
        EXPECT_TRUE(made) << made.error().message;
      }
      --writing;
    });
  }
  int64_t seen = 0;
  size_t found = 0;
  for (bool last = false; !last;) {
    last = writing == 0;
    const auto version = directory->Version();
    ASSERT_TRUE(version) << version.error().message;
    const auto keys = directory->KeysAfter(seen, 1000);
    ASSERT_TRUE(keys);
    for (const KeyRow& key : *keys) found += key.version <= *version ? 1 : 0;
    seen = *version;
  }
  EXPECT_EQ(found, static_cast<size_t>(kWriters * kEach));
  EXPECT_FALSE(FindAuditFault(Events()));
}

TEST_P(DirectoryTest, AChangeIsToldToWhoListens) {
  if (GetParam() == Location::Kind::kSqlite) GTEST_SKIP() << "there is nobody to tell";
  Notices notices(location_, kDirectoryChannel);
  ASSERT_TRUE(notices.Listen());
  const int wake = eventfd(0, EFD_CLOEXEC);
  const auto begun = std::chrono::steady_clock::now();
  std::jthread writer([&] { EXPECT_TRUE(directory->PutTenant(Tenant("acme"), Event())); });
  notices.Wait(std::chrono::seconds(20), wake);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  writer.join();
  // What had no effect is told to nobody, and the descriptor ends the wait.
  EXPECT_FALSE(directory->PutTenant(Tenant("acme"), Event()));
  const uint64_t one = 1;
  EXPECT_EQ(write(wake, &one, sizeof one), static_cast<ssize_t>(sizeof one));
  notices.Wait(std::chrono::seconds(20), wake);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  close(wake);
}

INSTANTIATE_TEST_SUITE_P(Databases, DirectoryTest,
                         ::testing::Values(Location::Kind::kSqlite, Location::Kind::kPostgres),
                         [](const auto& info) {
                           return info.param == Location::Kind::kSqlite ? "Sqlite" : "Postgres";
                         });

}  // namespace
}  // namespace inferwire::store
