// What administrators may write, and what becomes of it.
#include "app/stored_tenant.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "config/values.h"
#include "endpoints/directory/rows.h"

namespace inferwire::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr WallTime kNow = WallTime(std::chrono::hours(24 * 365 * 50));

template <class Message>
Message Parsed(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

v1::Tenant Tenant(const std::string& more = "") {
  return Parsed<v1::Tenant>("tenant_id: \"acme\" " + more);
}
v1::Key Key(const std::string& more = "") {
  return Parsed<v1::Key>("key_id: \"AbCd1234\" tenant_id: \"acme\" " + more);
}

// The fields that are refused.
std::vector<std::string> FieldsOf(const Result<void>& checked) {
  std::vector<std::string> fields;
  if (checked) return fields;
  EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
  for (const auto& fault : checked.error().fields) {
    EXPECT_FALSE(fault.description.empty());
    const size_t dot = fault.field.find('.');
    EXPECT_THAT(fault.field.substr(0, dot), ::testing::AnyOf("tenant", "key"));
    fields.push_back(fault.field.substr(dot + 1));
  }
  return fields;
}

TEST(StoredTenant, MeansWhatTheConfigurationWouldSay) {
  const auto made = ConfigOf(Tenant(R"(
      time_zone: "Europe/Amsterdam" disabled: true
      models: "gpt-4.1*" operations: "chat" operations: "raw"
      limits { requests_per_minute: 60 tokens_per_minute: 1000 requests_per_day: 100
               tokens_per_day: 5000 concurrent_calls: 7 max_output_tokens: 800 }
      model_limits { key: "gpt-5" value { tokens_per_minute: 9 } }
      budgets { period: METER_MONEY_PER_MONTH limit_picousd: 500250000000000
                on_exceed: ON_EXCEED_WARN reserve: RESERVE_WORST_CASE }
      teams { team_id: "search" models: "gpt-4.1-mini" limits { requests_per_minute: 5 }
              budgets { period: METER_MONEY_PER_DAY limit_picousd: 1 } weight: 3 plan: "small" }
      plan: "standard" labels: "checkout" weight: 2)"),
                             kNow);
  ASSERT_TRUE(made) << made.error().message;
  const config::TenantConfig& tenant = made->config;
  EXPECT_EQ(tenant.id, "acme");
  EXPECT_TRUE(tenant.disabled);
  EXPECT_EQ(tenant.time_zone, "Europe/Amsterdam");
  EXPECT_THAT(tenant.access.models, ElementsAre("gpt-4.1*"));
  EXPECT_THAT(tenant.access.operations,
              ElementsAre(tenancy::Operation::kChat, tenancy::Operation::kRaw));
  EXPECT_EQ(tenant.access.limits.max_output_tokens, 800);
  EXPECT_EQ(tenant.quota.rates.rpm, 60);
  EXPECT_EQ(tenant.quota.rates.tpm, 1000);
  EXPECT_EQ(tenant.quota.rates.rpd, 100);
  EXPECT_EQ(tenant.quota.rates.tpd, 5000);
  EXPECT_EQ(tenant.quota.rates.concurrent, 7);
  ASSERT_EQ(tenant.quota.models.size(), 1u);
  EXPECT_EQ(tenant.quota.models[0].model, "gpt-5");
  EXPECT_EQ(tenant.quota.models[0].rates.tpm, 9);
  EXPECT_EQ(tenant.quota.budget.month, "500.25 USD");
  EXPECT_EQ(tenant.quota.budget.day, "");
  EXPECT_EQ(tenant.quota.budget.on_exceed, limits::OnExceed::kWarn);
  EXPECT_EQ(tenant.quota.budget.reserve, limits::Reserve::kWorstCase);
  ASSERT_EQ(tenant.teams.size(), 1u);
  EXPECT_EQ(tenant.teams[0].quota.rates.rpm, 5);
  EXPECT_EQ(tenant.teams[0].quota.budget.day, "0.000000000001 USD");
  EXPECT_EQ(tenant.quota.plan, "standard");
  EXPECT_EQ(tenant.teams[0].quota.plan, "small");
  EXPECT_THAT(tenant.labels, ElementsAre("checkout"));
  EXPECT_EQ(tenant.weight, 2);
  EXPECT_EQ(tenant.teams[0].weight, 3);
}

TEST(StoredTenant, SaysWhatEachUserOfATeamMayUse) {
  const auto made = ConfigOf(Tenant(R"(teams { team_id: "search" user_limits { requests_per_day: 5 }
      user_budget { period: METER_MONEY_PER_DAY limit_picousd: 2000000000000 } })"),
                             kNow);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->config.teams[0].users.rates.rpd, 5);
  EXPECT_EQ(made->config.teams[0].users.budget.day, "2 USD");
  EXPECT_EQ(made->config.teams[0].quota.rates.rpd, 0);
}

TEST(StoredTenant, TheLeastOneIsATenantWithoutLimits) {
  const auto made = ConfigOf(Tenant(), kNow);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->config.time_zone, "UTC");
  EXPECT_EQ(made->config.quota.rates.rpm, 0);
  EXPECT_THAT(made->config.access.models, IsEmpty());
  EXPECT_FALSE(made->changes_at);
}

TEST(StoredTenant, IsHeldToTheBoundsOfTheConfigurationFieldByField) {
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant())), IsEmpty());
  EXPECT_THAT(FieldsOf(CheckTenant(v1::Tenant())), ElementsAre("tenant_id"));
  EXPECT_THAT(FieldsOf(CheckTenant(Parsed<v1::Tenant>("tenant_id: \"Acme\""))),
              ElementsAre("tenant_id"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(R"(time_zone: "Mars/Olympus")"))),
              ElementsAre("time_zone"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(R"(models: "gpt 5" models: "a" models: "a")"))),
              ElementsAre("models[0]", "models[2]"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(R"(operations: "everything")"))),
              ElementsAre("operations[0]"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("limits { requests_per_minute: 0 tokens_per_day: -1 }"))),
              ElementsAre("limits.requests_per_minute", "limits.tokens_per_day"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("limits { tokens_per_minute: 2000000000000 }"))),
              ElementsAre("limits.tokens_per_minute"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("limits { batch_queue_tokens: 1 burst {} }"))),
              ElementsAre("limits.batch_queue_tokens", "limits.burst"));
  EXPECT_THAT(
      FieldsOf(CheckTenant(Tenant(R"(model_limits { key: "g" value { max_output_tokens: 1 } })"))),
      ElementsAre("model_limits[\"g\"].max_output_tokens"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(
                  R"(teams { team_id: "a" } teams { team_id: "a" } teams { team_id: "B" })"))),
              UnorderedElementsAre("teams[1].team_id", "teams[2].team_id"));
  EXPECT_THAT(FieldsOf(CheckTenant(
                  Tenant(R"(teams { team_id: "a" limits { concurrent_calls: 2000000 } })"))),
              ElementsAre("teams[0].limits.concurrent_calls"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("weight: -1"))), ElementsAre("weight"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(R"(teams { team_id: "a" weight: 2000000 })"))),
              ElementsAre("teams[0].weight"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(R"(labels: "a" labels: "")"))), ElementsAre("labels[1]"));
  EXPECT_THAT(
      FieldsOf(CheckTenant(Tenant(R"(teams { team_id: "a"
                  user_limits { max_output_tokens: 5 concurrent_calls: 2000000 }
                  user_budget { period: METER_TOKENS_PER_DAY } })"))),
      UnorderedElementsAre("teams[0].user_limits.max_output_tokens",
                           "teams[0].user_limits.concurrent_calls", "teams[0].user_budget.period"));
}

TEST(StoredTenant, BudgetsAreWhatOneScopeOfTheConfigurationCanHave) {
  const std::string day = "budgets { period: METER_MONEY_PER_DAY limit_picousd: 1 } ";
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(day))), IsEmpty());
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(day + day))), ElementsAre("budgets[1].period"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("budgets { period: METER_TOKENS_PER_DAY }"))),
              ElementsAre("budgets[0].period"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("budgets { period: METER_MONEY_PER_DAY }"))),
              ElementsAre("budgets[0].limit_picousd"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("budgets { period: METER_MONEY_PER_DAY limit_picousd: 1 "
                                          "alerts: 50 alerts: 0 alerts: 1001 }"))),
              ElementsAre("budgets[0].alerts[1]", "budgets[0].alerts[2]"));
  const auto alerts = ConfigOf(Tenant("budgets { period: METER_MONEY_PER_DAY limit_picousd: 1 "
                                      "alerts: 60 alerts: 90 }"),
                               kNow);
  EXPECT_THAT(alerts->config.quota.budget.alerts, ElementsAre("60%", "90%"));
  EXPECT_THAT(ConfigOf(Tenant(day), kNow)->config.quota.budget.alerts,
              ElementsAre("50%", "80%", "100%"));
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant(day + R"(budgets { period: METER_MONEY_PER_WEEK
                  limit_picousd: 1 on_exceed: ON_EXCEED_WARN time_zone: "Asia/Tokyo" })"))),
              ElementsAre("budgets[1].time_zone", "budgets[1].on_exceed"));
}

TEST(StoredTenant, WhereItSaysNothingItsPlanCountsAndABoostIsAddedToThat) {
  config::PlanConfig plan;
  plan.name = "standard";
  plan.limits.max_output_tokens = 1000;
  plan.quota.rates.rpm = 60;
  plan.quota.rates.tpm = 500;
  const auto stored = ConfigOf(
      Tenant(
          R"(plan: "standard" limits { tokens_per_minute: 900 } teams { team_id: "a" plan: "standard" }
                boosts { meter: METER_REQUESTS_PER_MINUTE amount: 40 until { seconds: 9000000000 } })"),
      kNow);
  ASSERT_TRUE(stored) << stored.error().message;
  const auto served = WithPlans(*stored, {plan});
  ASSERT_TRUE(served);
  EXPECT_EQ(served->quota.rates.rpm, 100);
  EXPECT_EQ(served->quota.rates.tpm, 900);
  EXPECT_EQ(served->access.limits.max_output_tokens, 1000);
  EXPECT_EQ(served->teams[0].quota.rates.rpm, 60);
  EXPECT_FALSE(WithPlans(*stored, {})) << "without its plan it would have no limits";
}

TEST(StoredTenant, WhatIsAddedForAWhileIsInTheLimitUntilThen) {
  const std::string until = std::to_string(50LL * 365 * 24 * 3600 + 60);
  const v1::Tenant tenant = Tenant(
      "limits { requests_per_minute: 60 } "
      "budgets { period: METER_MONEY_PER_DAY limit_picousd: 1000000000000 } "
      "boosts { meter: METER_REQUESTS_PER_MINUTE amount: 40 until { seconds: " +
      until +
      " } } "
      "boosts { meter: METER_MONEY_PER_DAY amount: 500000000000 until { seconds: " +
      until + " } } boosts { meter: METER_TOKENS_PER_DAY amount: 1 until { seconds: " + until +
      " } }");
  const auto now = ConfigOf(tenant, kNow);
  ASSERT_TRUE(now) << now.error().message;
  EXPECT_EQ(now->changes_at, kNow + std::chrono::seconds(60));
  const auto boosted = WithPlans(*now, {});
  ASSERT_TRUE(boosted);
  EXPECT_EQ(boosted->quota.rates.rpm, 100);
  EXPECT_EQ(boosted->quota.budget.day, "1.5 USD");
  EXPECT_EQ(boosted->quota.rates.tpd, 0) << "no limit is not made one";
  const auto later = ConfigOf(tenant, kNow + std::chrono::seconds(60));
  const auto plain = WithPlans(*later, {});
  EXPECT_EQ(plain->quota.rates.rpm, 60);
  EXPECT_EQ(plain->quota.budget.day, "1 USD");
  EXPECT_FALSE(later->changes_at);
  EXPECT_THAT(FieldsOf(CheckTenant(Tenant("boosts { meter: METER_OTHER amount: 0 }"))),
              UnorderedElementsAre("boosts[0].amount", "boosts[0].until", "boosts[0].meter"));
}

TEST(StoredKey, IsHeldToTheBoundsOfTheConfigurationAndNeedsNoIdYet) {
  EXPECT_THAT(FieldsOf(CheckKey(Key())), IsEmpty());
  EXPECT_THAT(FieldsOf(CheckKey(Parsed<v1::Key>("tenant_id: \"acme\""))), IsEmpty());
  EXPECT_THAT(FieldsOf(CheckKey(Parsed<v1::Key>("key_id: \"short\" tenant_id: \"A\""))),
              ElementsAre("key_id", "tenant_id"));
  EXPECT_THAT(FieldsOf(CheckKey(Key(R"(team_id: "!" roles: "caller" roles: "king")"))),
              ElementsAre("roles[1]", "team_id"));
  EXPECT_THAT(FieldsOf(CheckKey(Key("expires { seconds: -1 } limits { tokens_per_day: 0 }"))),
              ElementsAre("limits.tokens_per_day", "expires"));
  EXPECT_THAT(FieldsOf(CheckKey(Key("description: \"" + std::string(1001, 'x') + "\""))),
              ElementsAre("description"));
}

class StoredKeyRow : public testing::Test {
 protected:
  StoredKeyRow() {
    row.key = "AbCd1234";
    row.tenant = "acme";
    row.team = "search";
    row.secrets = {Secret('\x11')};
  }
  static store::KeySecretRow Secret(char byte, std::optional<WallTime> ends = {}) {
    return {std::string(32, byte), "wxyz", kNow, ends};
  }
  config::ApiKeyConfig Config() {
    auto made = ConfigOf(row);
    EXPECT_TRUE(made && *made);
    return made && *made ? **made : config::ApiKeyConfig();
  }
  static std::optional<WallTime> Moment(const std::string& text) {
    const auto moment = config::ParseMoment(text);
    return moment ? std::optional(WallTime(*moment)) : std::nullopt;
  }

  store::KeyRow row;
};

TEST_F(StoredKeyRow, IsAKeyOfTheConfiguration) {
  row.body = Parsed<v1::Key>(R"(models: "gpt-5" limits { requests_per_minute: 3 }
                                roles: "tenant_viewer")")
                 .SerializeAsString();
  row.expires = kNow + std::chrono::milliseconds(1500);
  const auto config = Config();
  EXPECT_EQ(config.id, "AbCd1234");
  EXPECT_EQ(config.hash, std::string(64, '1'));
  EXPECT_EQ(config.team, "search");
  EXPECT_EQ(Moment(config.expires), kNow + std::chrono::seconds(1)) << "never later than it says";
  EXPECT_EQ(config.quota.rates.rpm, 3);
  EXPECT_THAT(config.access.models, ElementsAre("gpt-5"));
  EXPECT_THAT(config.roles, ElementsAre(tenancy::Role::kTenantViewer));
}

TEST_F(StoredKeyRow, EachOfTwoSecretsWorksUntilItsOwnEnd) {
  const WallTime soon = kNow + std::chrono::hours(1), late = kNow + std::chrono::hours(2);
  row.secrets = {Secret('\x11'), Secret('\x22', soon)};
  auto config = Config();
  EXPECT_EQ(config.hash, std::string(64, '1'));
  EXPECT_EQ(config.expires, "");
  EXPECT_EQ(config.old_hash, std::string(64, '2'));
  EXPECT_EQ(Moment(config.old_until), soon);
  // The newer one is the one that was taken back.
  row.secrets = {Secret('\x11', soon), Secret('\x22')};
  config = Config();
  EXPECT_EQ(config.hash, std::string(64, '2'));
  EXPECT_EQ(config.expires, "");
  EXPECT_EQ(Moment(config.old_until), soon);
  row.secrets = {Secret('\x11', late), Secret('\x22', soon)};
  config = Config();
  EXPECT_EQ(Moment(config.expires), late);
  EXPECT_EQ(Moment(config.old_until), soon);
  row.secrets = {Secret('\x11'), Secret('\x22')};
  EXPECT_GT(Moment(Config().old_until), kNow + std::chrono::hours(24 * 365 * 100));
}

TEST_F(StoredKeyRow, ARevokedOneIsNoneAndABrokenOneIsAnError) {
  row.revoked = kNow;
  const auto revoked = ConfigOf(row);
  ASSERT_TRUE(revoked);
  EXPECT_FALSE(*revoked);
  row.revoked.reset();
  row.body = "\xff\xff";
  EXPECT_FALSE(ConfigOf(row));
  row.body = Parsed<v1::Key>("operations: \"of a later version\"").SerializeAsString();
  EXPECT_FALSE(ConfigOf(row));
}

TEST_F(StoredKeyRow, IsShownWithoutItsHashes) {
  row.last_used = kNow;
  row.secrets = {Secret('\x11'), Secret('\x22', kNow)};
  const auto key = endpoints::ToProto(row);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secrets_size(), 2);
  EXPECT_EQ(key->secrets(0).hint(), "wxyz");
  EXPECT_FALSE(key->secrets(0).has_ends());
  EXPECT_TRUE(key->secrets(1).has_ends());
  EXPECT_TRUE(key->has_last_used());
  EXPECT_EQ(key->SerializeAsString().find(std::string(8, '\x11')), std::string::npos);
}

}  // namespace
}  // namespace inferwire::app
