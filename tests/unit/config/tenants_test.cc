// Tenants, and how callers prove that they are of one.
#include <fstream>

#include "config/change.h"
#include "config/values.h"
#include "config_fixture.h"
#include "support/temp_folder.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string kHash(64, 'a'), kOtherHash(64, 'b');
const std::string kTenants =
    "tenants:\n"
    "  - {id: acme, models: [gpt-4.1*], operations: [chat, raw], limits: {max_output_tokens: 100},"
    " teams: [{id: search, models: [gpt-4.1-mini]}]}\n"
    "  - {id: beta, disabled: true}\n";

std::string Key(const std::string& id, const std::string& more) {
  return "{id: " + id + ", hash: " + kHash + ", " + more + "}";
}
std::string Entries(const std::string& entries) {
  return kGood + kTenants + "identity: {keys: {entries: [" + entries + "]}}\n";
}

TEST(Tenants, WithoutThemNobodyIsAsked) {
  const Config config = Parsed(kGood);
  EXPECT_THAT(config.tenants, IsEmpty());
  EXPECT_TRUE(config.identity.required);
}

TEST(Tenants, AreReadWithTheirTeamsAndKeys) {
  const Config config = Parsed(Entries(Key("AbCd1234",
                                           "tenant: acme, team: search, hint: wxyz, "
                                           "expires: 2027-01-31")));
  ASSERT_EQ(config.tenants.size(), 2u);
  EXPECT_TRUE(config.tenants[1].disabled);
  const tenancy::AccessRules rules = config.tenants[0].access.rules();
  EXPECT_THAT(rules.models, ElementsAre("gpt-4.1*"));
  EXPECT_THAT(rules.operations, ElementsAre(tenancy::Operation::kChat, tenancy::Operation::kRaw));
  EXPECT_EQ(rules.max_output_tokens, 100);
  EXPECT_FALSE(config.tenants[1].access.rules().max_output_tokens);
  EXPECT_EQ(config.tenants[0].teams[0].id, "search");
  EXPECT_EQ(config.identity.keys.entries[0].id, "AbCd1234");
}

TEST(Tenants, MayBeInTheStoreToo) {
  EXPECT_FALSE(Parsed(kGood).has_tenants());
  EXPECT_TRUE(Parsed(kGood + kTenants).has_tenants());
  const Config config =
      Parsed(kGood + "store: {path: /tmp/store.db}\ndirectory: {enabled: true}\n");
  EXPECT_TRUE(config.has_tenants());
  EXPECT_THAT(config.warnings, IsEmpty());
  EXPECT_THAT(FaultsOf(kGood + "directory: {enabled: true}\n"),
              ElementsAre(HasSubstr("directory.enabled")));
}

TEST(Tenants, IdsAreUsedOnceAndNamedOnlyWhereTheyExist) {
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a}, {id: a}, {id: b, teams: [{id: t}, {id: t}]}]\n"),
              ElementsAre(HasSubstr("tenants[1].id"), HasSubstr("tenants[2].teams[1].id")));
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: A}]\n"), ElementsAre(HasSubstr("1 to 64")));
  EXPECT_THAT(FaultsOf(Entries(Key("AbCd1234", "tenant: nobody"))),
              ElementsAre(HasSubstr("is no tenant")));
  EXPECT_THAT(FaultsOf(Entries(Key("AbCd1234", "tenant: beta, team: search"))),
              ElementsAre(HasSubstr("is no team of this tenant")));
  EXPECT_THAT(
      FaultsOf(Entries(Key("AbCd1234", "tenant: beta") + ", " + Key("AbCd1234", "tenant: acme"))),
      ElementsAre(AllOf(HasSubstr("entries[1].id"), HasSubstr("another key"))));
}

TEST(Tenants, AKeyInThePlaceOfItsHashIsAFaultThatDoesNotRepeatIt) {
  const std::string key = "iw_AbCd1234_0123456789012345678901234567890123456789012abcdef";
  const auto faults = FaultsOf(Entries("{id: AbCd1234, hash: " + key + ", tenant: acme}"));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(faults[0], AllOf(HasSubstr("the key itself never stands here"), Not(HasSubstr(key))));
}

TEST(Tenants, AnOldSecretNeedsItsEnd) {
  EXPECT_THAT(FaultsOf(Entries(Key("AbCd1234", "tenant: acme, old_hash: " + kOtherHash))),
              ElementsAre(AllOf(HasSubstr("old_hash"), HasSubstr("needs the other one"))));
  EXPECT_THAT(FaultsOf(Entries(Key("AbCd1234", "tenant: acme, old_hash: " + kOtherHash +
                                                   ", old_until: 2027-01-31T12:00:00Z"))),
              IsEmpty());
}

TEST(Tenants, MomentsAreDaysOrUtc) {
  EXPECT_EQ(ParseMoment("1970-01-02"), std::chrono::sys_seconds(std::chrono::hours(24)));
  EXPECT_EQ(ParseMoment("1970-01-01T01:02:03Z"),
            std::chrono::sys_seconds(std::chrono::seconds(3723)));
  for (const char* text : {"", "2027-02-30", "2027-1-31", "2027-01-31T24:00:00Z", "tomorrow",
                           "2027-01-31 12:00:00", "2027-01-31T12:00:00+01:00"}) {
    EXPECT_FALSE(ParseMoment(text)) << text;
  }
}

class ApiKeyFiles : public testing::Test {
 protected:
  std::string WithFile(const std::string& text) const {
    std::ofstream(File()) << text;
    return kGood + kTenants + "identity: {keys: {files: [" + File() + "]}}\n";
  }
  std::string File() const { return folder_.File("keys.yaml"); }

  const testing_support::TempFolder folder_;
};

TEST_F(ApiKeyFiles, AreReadWithTheConfiguration) {
  const Config config = Parsed(WithFile("keys:\n  - " + Key("AbCd1234", "tenant: acme") + "\n"));
  ASSERT_EQ(config.identity.keys.from_files.size(), 1u);
  EXPECT_EQ(config.identity.keys.from_files[0].tenant, "acme");
}

TEST_F(ApiKeyFiles, OtherBytesAreAnotherConfiguration) {
  const Config before = Parsed(WithFile("keys: []\n"));
  const Config after = Parsed(WithFile("keys: [" + Key("AbCd1234", "tenant: acme") + "]\n"));
  EXPECT_NE(Fingerprint(before), Fingerprint(after));
  EXPECT_THAT(ChangedKeys(before, after), ElementsAre("identity.keys.content"));
  EXPECT_THAT(Reloaded(before, after).identity.keys.from_files.size(), 1u);
}

TEST_F(ApiKeyFiles, AFaultNamesTheFileAndThePlaceInIt) {
  EXPECT_THAT(FaultsOf(WithFile("keys:\n  - {id: AbCd1234, tenant: acme}\n")),
              ElementsAre(AllOf(StartsWith("identity.keys.files"), HasSubstr(File()),
                                HasSubstr("keys[0].hash (line 2): is missing"))));
  EXPECT_THAT(FaultsOf(WithFile("keys: [" + Key("AbCd1234", "tenant: nobody") + "]\n")),
              ElementsAre(HasSubstr("is no tenant")));
  EXPECT_THAT(FaultsOf(WithFile("")), ElementsAre(HasSubstr(File())));
  EXPECT_THAT(FaultsOf(kGood + kTenants + "identity: {keys: {files: [/nowhere/keys]}}\n"),
              ElementsAre(HasSubstr("/nowhere/keys")));
}

TEST(Certificates, AreNeverSeenWithoutClientAuth) {
  const Config config =
      Parsed(kGood + kTenants + "identity: {certificates: [{is: a, tenant: acme}]}\n");
  EXPECT_THAT(TextsOf(config.warnings), ElementsAre(HasSubstr("tls.client_auth")));
}

TEST(Certificates, ATieIsAFault) {
  const auto tie = [](const std::string& rules) {
    const auto faults = FaultsOf(kGood + kTenants +
                                 "identity: {forwarded: {trusted_addresses: "
                                 "[127.0.0.6], rules: [" +
                                 rules + "]}}\n");
    return !faults.empty();
  };
  EXPECT_TRUE(tie("{is: \"a/*\", tenant: acme}, {is: \"a/*\", tenant: beta}"));
  EXPECT_TRUE(tie("{is: \"*b\", tenant: acme}, {is: \"a*\", tenant: beta}"));
  EXPECT_FALSE(tie("{is: \"a/*\", tenant: acme}, {is: \"a/b*\", tenant: beta}"));
  EXPECT_FALSE(tie("{is: \"a/*\", tenant: acme}, {is: \"b/*\", tenant: beta}"));
}

TEST(Identity, WhatCannotWorkIsAFault) {
  EXPECT_THAT(FaultsOf(kGood + kTenants + "identity: {anonymous: acme}\n"),
              ElementsAre(HasSubstr("identity.required")));
  EXPECT_THAT(FaultsOf(kGood + kTenants + "identity: {required: false, anonymous: nobody}\n"),
              ElementsAre(HasSubstr("is no tenant")));
  const Config untrusted =
      Parsed(kGood + kTenants + "identity: {forwarded: {rules: [{is: a, tenant: acme}]}}\n");
  EXPECT_THAT(TextsOf(untrusted.warnings), ElementsAre(HasSubstr("nobody is trusted")));
}

TEST(Identity, TenantsThatNobodyCanBeAreToldOf) {
  const Config config = Parsed(kGood + kTenants);
  EXPECT_THAT(TextsOf(config.warnings), ElementsAre(HasSubstr("can be called by nobody")));
}

}  // namespace
}  // namespace inferwire::config
