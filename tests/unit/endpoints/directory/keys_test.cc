// KeysService.
#include <google/protobuf/util/time_util.h>

#include <set>

#include "office.h"
#include "tenancy/key_text.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::util::TimeUtil;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Keys : public ::testing::Test {
 protected:
  Keys() { office.MakeTenant("acme", {"search"}); }

  Result<v1::RotateKeyResponse> Rotate(const std::string& key, int64_t overlap_seconds = 0) {
    v1::RotateKeyRequest request;
    request.set_key_id(key);
    request.mutable_overlap()->set_seconds(overlap_seconds);
    return office.Call<v1::RotateKeyResponse>("RotateKey", request);
  }
  Result<v1::RevokeKeyResponse> Revoke(const std::string& key, const std::string& hint = "",
                                       bool cut = false) {
    v1::RevokeKeyRequest request;
    request.set_key_id(key);
    request.set_hint(hint);
    request.set_reason("lost");
    request.set_cut_calls(cut);
    return office.Call<v1::RevokeKeyResponse>("RevokeKey", request);
  }
  Result<v1::UpdateKeyResponse> Update(const v1::Key& key) {
    v1::UpdateKeyRequest request;
    *request.mutable_key() = key;
    return office.Call<v1::UpdateKeyResponse>("UpdateKey", request);
  }
  Result<v1::ListKeysResponse> List(int size, const std::string& token = "", bool revoked = false,
                                    const std::string& tenant = "") {
    v1::ListKeysRequest request;
    request.set_page_size(size);
    request.set_page_token(token);
    request.set_revoked(revoked);
    request.mutable_scope()->set_tenant_id(tenant);
    return office.Call<v1::ListKeysResponse>("ListKeys", request);
  }
  // What is kept of the secret.
  std::string HashOf(const std::string& secret) {
    const tenancy::KeyHash hash = tenancy::KeyHasher().Of(secret);
    return {hash.begin(), hash.end()};
  }
  store::KeyRow Row(const std::string& key) {
    std::lock_guard lock(office.state->mutex);
    return office.state->keys.at(key);
  }

  Office office;
};

TEST_F(Keys, AreMadeWithASecretThatIsShownOnceAndKeptAsAHash) {
  const v1::CreateKeyResponse made = office.MakeKey("acme");
  EXPECT_EQ(tenancy::IdOfKey(made.secret()), made.key().key_id());
  const store::KeyRow row = Row(made.key().key_id());
  ASSERT_EQ(row.secrets.size(), 1u);
  EXPECT_EQ(row.secrets[0].hash, HashOf(made.secret()));
  EXPECT_THAT(made.secret(), ::testing::EndsWith(row.secrets[0].hint));
  EXPECT_EQ(made.key().secrets(0).hint(), row.secrets[0].hint);
  EXPECT_THAT(office.KeyNow(made.key().key_id()).DebugString(), Not(HasSubstr(made.secret())));
}

TEST_F(Keys, AreInTheTrailWithWhoMadeThemAndWithoutTheirSecretOrHash) {
  v1::CreateKeyRequest request;
  request.mutable_key()->set_tenant_id("acme");
  request.mutable_key()->set_team_id("search");
  request.mutable_key()->set_description("nightly");
  const auto who = Somebody({tenancy::Role::kTenantAdmin}, "acme", "Boss0001");
  auto made = office.Call<v1::CreateKeyResponse>("CreateKey", request, who);
  ASSERT_TRUE(made);
  const v1::AuditEvent event = office.LastEvent();
  EXPECT_EQ(event.action(), "key.create");
  EXPECT_EQ(event.actor().key_id(), "Boss0001");
  EXPECT_EQ(event.actor().tenant_id(), "acme");
  EXPECT_EQ(event.actor().method(), "api_key");
  EXPECT_THAT(event.actor().roles(), ElementsAre("tenant_admin"));
  EXPECT_EQ(event.peer(), "ipv4:10.0.0.1:4711");
  EXPECT_EQ(event.scope().tenant_id(), "acme");
  EXPECT_EQ(event.scope().team_id(), "search");
  EXPECT_EQ(event.scope().key_id(), made->key().key_id());
  EXPECT_THAT(event.change_json(), HasSubstr(R"("description":"nightly")"));
  const std::string kept = event.SerializeAsString();
  EXPECT_THAT(kept, Not(HasSubstr(made->secret().substr(12, 43))));
  EXPECT_THAT(kept, Not(HasSubstr(HashOf(made->secret()))));
}

TEST_F(Keys, AreMadeOnceForOneRequestIdAndTheSecondAnswerHasNoSecret) {
  office.MakeTenant("beta");
  v1::CreateKeyRequest request;
  request.mutable_key()->set_tenant_id("acme");
  request.set_request_id("r-1");
  auto first = office.Call<v1::CreateKeyResponse>("CreateKey", request);
  const size_t events = office.events();
  auto second = office.Call<v1::CreateKeyResponse>("CreateKey", request);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->key().key_id(), first->key().key_id());
  EXPECT_EQ(second->secret(), "");
  EXPECT_EQ(office.events(), events);
  // The same words of another tenant are another request.
  request.mutable_key()->set_tenant_id("beta");
  auto other = office.Call<v1::CreateKeyResponse>("CreateKey", request);
  ASSERT_TRUE(other);
  EXPECT_NE(other->key().key_id(), first->key().key_id());
  EXPECT_NE(other->secret(), "");
}

TEST_F(Keys, NeedATenantThatThereIsAndATeamOfIt) {
  v1::CreateKeyRequest request;
  request.mutable_key()->set_tenant_id("nobody");
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)),
            "RESOURCE_NOT_FOUND");
  request.mutable_key()->set_tenant_id("acme");
  request.mutable_key()->set_team_id("sales");
  auto no_team = office.Call<v1::CreateKeyResponse>("CreateKey", request);
  ASSERT_FALSE(no_team);
  EXPECT_EQ(no_team.error().fields.at(0).field, "key.team_id");
  // Of a tenant of the configuration the store may have keys.
  request.mutable_key()->set_tenant_id("fixed");
  request.mutable_key()->clear_team_id();
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)), "OK");
}

TEST_F(Keys, OfNoTenantAreForAllOfThemAndCallNoModels) {
  v1::CreateKeyRequest request;
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)), "INVALID_PARAMETER");
  request.mutable_key()->add_roles("viewer");
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)), "OK");
  request.mutable_key()->add_roles("caller");
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)), "INVALID_PARAMETER");
}

TEST_F(Keys, AreNotMadeOfWhatIsNotAsItMustBe) {
  office.bad = InvalidField("limits.requests_per_minute", "is negative");
  v1::CreateKeyRequest request;
  request.mutable_key()->set_tenant_id("acme");
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)), "INVALID_PARAMETER");
  office.bad.reset();
  request.mutable_key()->add_roles("emperor");
  auto refused = office.Call<v1::CreateKeyResponse>("CreateKey", request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).field, "key.roles[0]");
  request.mutable_key()->clear_roles();
  request.mutable_key()->set_key_id("MyOwn001");
  EXPECT_EQ(Outcome(office.Call<v1::CreateKeyResponse>("CreateKey", request)), "INVALID_PARAMETER");
  EXPECT_EQ(office.events(), 1u);  // the tenant
}

TEST_F(Keys, RotateToASecondSecretWhileTheFirstGoesOnForADay) {
  const v1::CreateKeyResponse made = office.MakeKey("acme");
  office.clock.Advance(std::chrono::hours(5));
  auto rotated = Rotate(made.key().key_id());
  ASSERT_TRUE(rotated) << rotated.error().message;
  EXPECT_EQ(tenancy::IdOfKey(rotated->secret()), made.key().key_id());
  EXPECT_NE(rotated->secret(), made.secret());
  const store::KeyRow row = Row(made.key().key_id());
  ASSERT_EQ(row.secrets.size(), 2u);
  EXPECT_EQ(row.secrets[0].hash, HashOf(rotated->secret()));
  EXPECT_FALSE(row.secrets[0].ends);
  EXPECT_EQ(row.secrets[1].hash, HashOf(made.secret()));
  EXPECT_EQ(row.secrets[1].ends, office.clock.WallNow() + std::chrono::hours(24));
  EXPECT_EQ(office.LastEvent().action(), "key.rotate");
}

TEST_F(Keys, HaveTwoSecretsAtMostHoweverOftenTheyAreRotated) {
  const v1::CreateKeyResponse made = office.MakeKey("acme");
  auto second = Rotate(made.key().key_id(), 3600);
  auto third = Rotate(made.key().key_id(), 60);
  ASSERT_TRUE(second && third);
  const store::KeyRow row = Row(made.key().key_id());
  ASSERT_EQ(row.secrets.size(), 2u);
  EXPECT_EQ(row.secrets[0].hash, HashOf(third->secret()));
  EXPECT_EQ(row.secrets[1].hash, HashOf(second->secret()));
  EXPECT_EQ(row.secrets[1].ends, office.clock.WallNow() + std::chrono::seconds(60));
}

TEST_F(Keys, RotateWithinBoundsOnly) {
  const std::string key = office.MakeKey("acme").key().key_id();
  EXPECT_EQ(Outcome(Rotate(key, -1)), "INVALID_PARAMETER");
  EXPECT_EQ(Outcome(Rotate(key, 30 * 86400 + 1)), "INVALID_PARAMETER");
  EXPECT_EQ(Outcome(Rotate(key, 30 * 86400)), "OK");
}

TEST_F(Keys, AreRevokedOnceAndForAll) {
  const std::string key = office.MakeKey("acme").key().key_id();
  auto revoked = Revoke(key);
  ASSERT_TRUE(revoked);
  EXPECT_TRUE(revoked->key().has_revoked());
  EXPECT_EQ(office.LastEvent().action(), "key.revoke");
  EXPECT_THAT(office.LastEvent().change_json(), HasSubstr(R"("reason": "lost")"));
  const size_t events = office.events();
  office.clock.Advance(std::chrono::hours(1));
  auto again = Revoke(key);
  ASSERT_TRUE(again);
  EXPECT_EQ(TimeUtil::TimestampToSeconds(again->key().revoked()),
            TimeUtil::TimestampToSeconds(revoked->key().revoked()));
  EXPECT_EQ(office.events(), events);
  EXPECT_EQ(Outcome(Rotate(key)), "WRONG_STATE");
  EXPECT_EQ(Outcome(Update(office.KeyNow(key))), "WRONG_STATE");
  EXPECT_THAT(office.cut, ElementsAre());
}

TEST_F(Keys, LoseOneSecretByItsHint) {
  const v1::CreateKeyResponse made = office.MakeKey("acme");
  const std::string key = made.key().key_id();
  auto rotated = Rotate(key);
  ASSERT_TRUE(rotated);
  EXPECT_EQ(Outcome(Revoke(key, "none")), "INVALID_PARAMETER");
  ASSERT_TRUE(Revoke(key, made.key().secrets(0).hint()));
  store::KeyRow row = Row(key);
  ASSERT_EQ(row.secrets.size(), 1u);
  EXPECT_EQ(row.secrets[0].hash, HashOf(rotated->secret()));
  EXPECT_FALSE(row.revoked);
  // With the last one the key goes.
  ASSERT_TRUE(Revoke(key, row.secrets[0].hint));
  EXPECT_TRUE(Row(key).revoked);
}

TEST_F(Keys, EndTheirCallsWhereThatIsAsked) {
  const std::string key = office.MakeKey("acme").key().key_id();
  EXPECT_EQ(Outcome(Revoke(key, "abcd", /*cut=*/true)), "INVALID_PARAMETER");
  EXPECT_THAT(office.cut, ElementsAre());
  ASSERT_TRUE(Revoke(key, "", /*cut=*/true));
  EXPECT_THAT(office.cut, ElementsAre(key));
}

TEST_F(Keys, AreChangedFromTheVersionThatWasRead) {
  v1::Key key = office.MakeKey("acme").key();
  key.set_description("renamed");
  key.set_team_id("search");
  key.add_models("gpt-5");
  auto changed = Update(key);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_EQ(changed->key().description(), "renamed");
  EXPECT_GT(changed->key().version(), key.version());
  EXPECT_EQ(office.LastEvent().action(), "key.update");
  EXPECT_THAT(
      office.LastEvent().change_json(),
      HasSubstr(R"("to": {"team_id":"search","description":"renamed","models":["gpt-5"]})"));
  EXPECT_EQ(Row(key.key_id()).team, "search");
  auto late = Update(key);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kAborted);
  EXPECT_EQ(Outcome(late), "CONFLICT");
}

TEST_F(Keys, DoNotChangeTheirTenant) {
  office.MakeTenant("beta");
  v1::Key key = office.MakeKey("acme").key();
  key.set_tenant_id("beta");
  EXPECT_EQ(Outcome(Update(key)), "INVALID_PARAMETER");
}

TEST_F(Keys, AreListedInPagesWithThoseOfTheConfiguration) {
  std::set<std::string> made{"Fixed001"};
  for (int i = 0; i < 7; ++i) made.insert(office.MakeKey("acme").key().key_id());
  for (const int size : {1, 3, 100}) {
    std::vector<std::string> listed;
    std::string token;
    do {
      auto page = List(size, token);
      ASSERT_TRUE(page);
      EXPECT_LE(page->keys_size(), size);
      for (const v1::Key& key : page->keys()) listed.push_back(key.key_id());
      token = page->next_page_token();
    } while (!token.empty());
    EXPECT_THAT(listed, ::testing::ElementsAreArray(made)) << size;
  }
  EXPECT_EQ(Outcome(List(-1)), "INVALID_PARAMETER");
}

TEST_F(Keys, ThatAreRevokedAreListedWhereThatIsAsked) {
  const std::string key = office.MakeKey("acme").key().key_id();
  ASSERT_TRUE(Revoke(key));
  EXPECT_EQ(List(10, "", false, "acme")->keys_size(), 0);
  EXPECT_EQ(List(10, "", true, "acme")->keys_size(), 1);
}

TEST_F(Keys, OfTheConfigurationHideThoseOfTheStore) {
  {
    std::lock_guard lock(office.state->mutex);
    store::KeyRow row;
    row.key = "Fixed001";
    row.tenant = "acme";
    office.state->keys[row.key] = row;
  }
  auto page = List(10);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->keys_size(), 1);
  EXPECT_EQ(page->keys(0).tenant_id(), "fixed");
  EXPECT_EQ(office.KeyNow("Fixed001").tenant_id(), "fixed");
}

}  // namespace
}  // namespace inferwire::endpoints
