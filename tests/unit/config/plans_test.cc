// Limits by a name: what a tenant, a team or a key does not say is as its plan says it.
#include "config/plans.h"

#include <fstream>

#include "config_fixture.h"
#include "support/temp_folder.h"

namespace inferwire::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPlans =
    "plans:\n"
    "  - name: standard\n"
    "    limits: {rpm: 600, tpm: 200000, max_output_tokens: 8192}\n"
    "    model_limits: [{model: gpt-5, rpm: 5, tpm: 50}]\n"
    "    budget: {month: 500 USD, day: 30 USD, reserve: worst_case}\n";

TEST(Plans, SayWhatATenantDoesNot) {
  const Config config = Parsed(kGood + kPlans + "tenants: [{id: acme, plan: standard}]\n");
  const TenantConfig& acme = config.tenants.at(0);
  EXPECT_EQ(acme.quota.rates, (RatesConfig{.rpm = 600, .tpm = 200'000}));
  EXPECT_EQ(acme.access.limits.max_output_tokens, 8192);
  EXPECT_EQ(acme.quota.models, (std::vector<ModelRatesConfig>{{"gpt-5", {.rpm = 5, .tpm = 50}}}));
  EXPECT_EQ(acme.quota.budget.month, "500 USD");
  EXPECT_EQ(acme.quota.budget.reserve, limits::Reserve::kWorstCase);
}

TEST(Plans, GiveWayToWhatItSaysItselfHigherOrLower) {
  const Config config =
      Parsed(kGood + kPlans +
             "tenants: [{id: acme, plan: standard, limits: {rpm: 9000, concurrent: 3}, "
             "model_limits: [{model: gpt-5, tpm: 7}, {model: gpt-4.1, rpm: 8}], "
             "budget: {day: 1 USD}}]\n");
  const QuotaConfig& quota = config.tenants.at(0).quota;
  EXPECT_EQ(quota.rates, (RatesConfig{.rpm = 9000, .tpm = 200'000, .concurrent = 3}));
  EXPECT_EQ(quota.models, (std::vector<ModelRatesConfig>{{"gpt-5", {.rpm = 5, .tpm = 7}},
                                                         {"gpt-4.1", {.rpm = 8}}}));
  EXPECT_EQ(quota.budget.day, "1 USD");
  EXPECT_EQ(quota.budget.month, "500 USD");
  EXPECT_EQ(quota.budget.reserve, limits::Reserve::kExpected) << "its own budget's";
}

TEST(Plans, AreForTeamsAndKeysInTheConfigurationAndInFilesToo) {
  const testing_support::TempFolder folder;
  std::ofstream(folder.File("keys.yaml"))
      << "keys: [{id: EfGh5678, hash: " + std::string(64, 'b') + ", tenant: acme, plan: standard}]";
  const Config config = Parsed(kGood + kPlans +
                               "tenants: [{id: acme, teams: [{id: search, plan: standard}]}]\n"
                               "identity: {keys: {files: [" +
                               folder.File("keys.yaml") +
                               "], entries: [{id: AbCd1234, hash: " + std::string(64, 'a') +
                               ", tenant: acme, plan: standard, limits: {rpm: 1}}]}}\n");
  EXPECT_EQ(config.tenants.at(0).quota.rates.rpm, 0);
  EXPECT_EQ(config.tenants.at(0).teams.at(0).quota.rates.rpm, 600);
  EXPECT_EQ(config.identity.keys.entries.at(0).quota.rates.rpm, 1);
  EXPECT_EQ(config.identity.keys.entries.at(0).quota.rates.tpm, 200'000);
  EXPECT_EQ(config.identity.keys.from_files.at(0).quota.rates.rpm, 600);
}

TEST(Plans, HaveToExistAndHaveNamesOfTheirOwn) {
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: acme, plan: gold}]\n"),
              ElementsAre(HasSubstr("tenants[0].plan")));
  EXPECT_THAT(FaultsOf(kGood + "plans: [{name: a}, {name: a}]\n"),
              ElementsAre(HasSubstr("plans[1].name")));
}

}  // namespace
}  // namespace inferwire::config
