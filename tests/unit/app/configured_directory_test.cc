#include "app/configured_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferwire::app {
namespace {

using ::testing::ElementsAre;

TEST(ConfiguredDirectory, HasWhatTheConfigurationSaysInTheOrderOfIds) {
  config::Config config;
  config::TenantConfig& beta = config.tenants.emplace_back();
  beta.id = "beta";
  config::TenantConfig& acme = config.tenants.emplace_back();
  acme.id = "acme";
  acme.time_zone = "Europe/Amsterdam";
  acme.access = {{"gpt-5"}, {tenancy::Operation::kChat, tenancy::Operation::kRaw}, {100}};
  acme.quota.rates = {.rpm = 6, .tpm = 7};
  acme.quota.budget.month = "5 USD";
  acme.quota.budget.on_exceed = limits::OnExceed::kWarn;
  acme.quota.models = {{"gpt-5", {.rpm = 2}}};
  acme.teams.emplace_back().id = "search";
  config::ApiKeyConfig key;
  key.id = "AbCd1234";
  key.hash = std::string(64, 'a');
  key.hint = "wxyz";
  key.tenant = "acme";
  key.expires = "2027-01-31";
  key.roles = {tenancy::Role::kTenantAdmin};
  config.identity.keys.entries = {key};
  key.id = "AAAA1234";
  config.identity.keys.from_files = {key};

  const auto directory = ConfiguredDirectoryOf(config);
  ASSERT_EQ(directory->tenants.size(), 2u);
  const v1::Tenant& tenant = directory->tenants[0];
  EXPECT_EQ(tenant.tenant_id(), "acme");
  EXPECT_EQ(tenant.origin(), "config");
  EXPECT_EQ(tenant.time_zone(), "Europe/Amsterdam");
  EXPECT_THAT(tenant.models(), ElementsAre("gpt-5"));
  EXPECT_THAT(tenant.operations(), ElementsAre("chat", "raw"));
  EXPECT_EQ(tenant.limits().requests_per_minute(), 6);
  EXPECT_EQ(tenant.limits().tokens_per_minute(), 7);
  EXPECT_FALSE(tenant.limits().has_concurrent_calls());
  EXPECT_EQ(tenant.limits().max_output_tokens(), 100);
  EXPECT_EQ(tenant.model_limits().at("gpt-5").requests_per_minute(), 2);
  ASSERT_EQ(tenant.budgets_size(), 1);
  EXPECT_EQ(tenant.budgets(0).period(), v1::METER_MONEY_PER_MONTH);
  EXPECT_EQ(tenant.budgets(0).limit_picousd(), 5'000'000'000'000);
  EXPECT_EQ(tenant.budgets(0).on_exceed(), v1::Budget::ON_EXCEED_WARN);
  EXPECT_EQ(tenant.teams(0).team_id(), "search");
  EXPECT_FALSE(directory->tenants[1].has_limits());

  ASSERT_EQ(directory->keys.size(), 2u);
  EXPECT_EQ(directory->keys[0].key_id(), "AAAA1234");
  const v1::Key* const found = directory->FindKey("AbCd1234");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->version(), 0);
  EXPECT_EQ(found->expires().seconds(), 1'801'353'600);
  EXPECT_THAT(found->roles(), ElementsAre("tenant_admin"));
  EXPECT_EQ(found->secrets(0).hint(), "wxyz");
  EXPECT_EQ(found->ShortDebugString().find(key.hash), std::string::npos);
  EXPECT_FALSE(directory->FindKey("nobody"));
  EXPECT_FALSE(directory->FindTenant("nobody"));
}

}  // namespace
}  // namespace inferwire::app
