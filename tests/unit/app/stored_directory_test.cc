// What the store's directory adds to a configuration, and what it cannot.
#include "app/stored_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inferwire/v1/keys_service.pb.h"
#include "inferwire/v1/tenants_service.pb.h"

namespace inferwire::app {
namespace {

using telemetry::DirectoryIgnored;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class StoredDirectoryTest : public testing::Test {
 protected:
  void AddTenant(const std::string& id, const std::string& team = "") {
    v1::Tenant body;
    if (!team.empty()) body.add_teams()->set_team_id(team);
    rows.tenants[id] = {id, body.SerializeAsString(), false, ++rows.version};
  }
  void AddKey(const std::string& id, const std::string& tenant, const std::string& team = "") {
    store::KeyRow& key = rows.keys[id];
    key.key = id;
    key.tenant = tenant;
    key.team = team;
    key.secrets = {{std::string(32, '\x11'), "wxyz", {}, {}}};
    key.version = ++rows.version;
  }
  std::vector<IgnoredRow> Merge() {
    return MergeInto(config, MakeStoredDirectory(rows, WallTime()));
  }
  static auto Ignored(DirectoryIgnored why, const std::string& what) {
    return AllOf(Field(&IgnoredRow::why, why), Field(&IgnoredRow::what, what));
  }
  std::vector<std::string> Tenants() const {
    std::vector<std::string> ids;
    for (const auto& tenant : config.tenants) ids.push_back(tenant.id);
    return ids;
  }
  std::vector<std::string> Keys() const {
    std::vector<std::string> ids;
    for (const auto& key : config.identity.keys.from_files) ids.push_back(key.id);
    return ids;
  }

  store::DirectoryRows rows;
  config::Config config;
};

TEST_F(StoredDirectoryTest, ATenantWhosePlanIsGoneIsNotServedWithoutLimits) {
  v1::Tenant body;
  body.set_plan("standard");
  rows.tenants["acme"] = {"acme", body.SerializeAsString(), false, ++rows.version};
  EXPECT_THAT(Merge(), ElementsAre(Ignored(DirectoryIgnored::kInvalid, "tenant acme")));
  EXPECT_THAT(Tenants(), IsEmpty());
  config.plans.emplace_back().name = "standard";
  config.plans.back().quota.rates.rpm = 7;
  EXPECT_THAT(Merge(), IsEmpty());
  ASSERT_THAT(Tenants(), ElementsAre("acme"));
  EXPECT_EQ(config.tenants[0].quota.rates.rpm, 7);
}

TEST_F(StoredDirectoryTest, ItsTenantsAndKeysAreThereBesideThoseOfTheFile) {
  config.tenants.emplace_back().id = "file";
  AddTenant("acme", "search");
  AddKey("K1111111", "acme", "search");
  AddKey("K2222222", "file");
  EXPECT_THAT(Merge(), IsEmpty());
  EXPECT_THAT(Tenants(), ElementsAre("file", "acme"));
  EXPECT_THAT(Keys(), ElementsAre("K1111111", "K2222222"));
}

TEST_F(StoredDirectoryTest, WhatTheFileHasTooIsTheFiles) {
  config.tenants.emplace_back().id = "acme";
  config.tenants.back().disabled = true;
  config.identity.keys.entries.emplace_back().id = "K1111111";
  AddTenant("acme");
  AddKey("K1111111", "acme");
  EXPECT_THAT(Merge(), UnorderedElementsAre(Ignored(DirectoryIgnored::kInFile, "tenant acme"),
                                            Ignored(DirectoryIgnored::kInFile, "key K1111111")));
  EXPECT_THAT(Tenants(), ElementsAre("acme"));
  EXPECT_TRUE(config.tenants[0].disabled);
  EXPECT_THAT(Keys(), IsEmpty());
}

TEST_F(StoredDirectoryTest, AKeyOfNoTenantAndOfNoTeamIsNotServed) {
  AddTenant("acme", "search");
  AddKey("K1111111", "gone");
  AddKey("K2222222", "acme", "other");
  AddKey("K3333333", "acme");
  EXPECT_THAT(Merge(), UnorderedElementsAre(Ignored(DirectoryIgnored::kNoTenant, "key K1111111"),
                                            Ignored(DirectoryIgnored::kNoTenant, "key K2222222")));
  EXPECT_THAT(Keys(), ElementsAre("K3333333"));
}

TEST_F(StoredDirectoryTest, ABrokenRowIsItsOwnFaultAlone) {
  AddTenant("acme");
  AddTenant("broken");
  rows.tenants["broken"].body = "\xff";
  AddKey("K1111111", "acme");
  AddKey("K2222222", "acme");
  rows.keys["K2222222"].body = "\xff";
  EXPECT_THAT(Merge(), UnorderedElementsAre(Ignored(DirectoryIgnored::kInvalid, "tenant broken"),
                                            Ignored(DirectoryIgnored::kInvalid, "key K2222222")));
  EXPECT_THAT(Keys(), ElementsAre("K1111111"));
}

TEST_F(StoredDirectoryTest, ThereAreNoMoreTenantsThanMayBe) {
  config.tenants.resize(config::kMaxTenants - 1);
  for (size_t i = 0; i < config.tenants.size(); ++i) {
    config.tenants[i].id = "t" + std::to_string(i);
  }
  AddTenant("a");
  AddTenant("b");
  EXPECT_THAT(Merge(), ElementsAre(Ignored(DirectoryIgnored::kTooMany, "tenant b")));
}

TEST_F(StoredDirectoryTest, WhatEndsFirstOfWhatWasAddedForAWhileIsWhenItChanges) {
  for (const int seconds : {30, 20, 40}) {
    v1::Tenant body;
    v1::Boost& boost = *body.add_boosts();
    boost.set_meter(v1::METER_TOKENS_PER_MINUTE);
    boost.set_amount(1);
    boost.mutable_until()->set_seconds(seconds);
    const std::string id = "t" + std::to_string(seconds);
    rows.tenants[id] = {id, body.SerializeAsString(), false, ++rows.version};
  }
  const auto at = [&](int seconds) {
    return MakeStoredDirectory(rows, WallTime(std::chrono::seconds(seconds))).changes_at;
  };
  EXPECT_EQ(at(0), WallTime(std::chrono::seconds(20)));
  EXPECT_EQ(at(20), WallTime(std::chrono::seconds(30)));
  EXPECT_FALSE(at(40));
}

}  // namespace
}  // namespace inferwire::app
