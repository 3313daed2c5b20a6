// What tenants, teams and keys may use.
#include "config/usd.h"
#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

constexpr int64_t kUsd = 1'000'000'000'000;

TEST(Usd, AreDigitsWithDecimalsAndTheirName) {
  EXPECT_THAT(ParseUsd("300 USD"), Optional(300 * kUsd));
  EXPECT_THAT(ParseUsd("0.25 USD"), Optional(kUsd / 4));
  EXPECT_THAT(ParseUsd("0.000000000001 USD"), Optional(1));
  EXPECT_THAT(ParseUsd("9000000 USD"), Optional(9'000'000 * kUsd));
  for (const char* text :
       {"", "300", "USD", " USD", "300USD", "300  USD", "300 usd", "300 EUR", "-1 USD", "+1 USD",
        "1. USD", ".5 USD", "1e3 USD", "1,5 USD", "9000000.01 USD", "9000001 USD",
        "0.0000000000001 USD", "99999999999999999999 USD", "1 USD "}) {
    EXPECT_FALSE(ParseUsd(text)) << text;
  }
}

TEST(Quota, IsReadOfTenantsTeamsAndKeys) {
  const Config config =
      Parsed(kGood +
             "tenants:\n"
             "  - id: acme\n"
             "    time_zone: Europe/Amsterdam\n"
             "    limits: {rpm: 1, tpm: 2, rpd: 3, tpd: 4, concurrent: 5}\n"
             "    model_limits: [{model: gpt-5, tpm: 6}]\n"
             "    budget: {month: 7 USD, week: 8 USD, day: 9.5 USD, on_exceed: warn, reserve: "
             "worst_case, alerts: [100%, 75%]}\n"
             "    labels: [nightly]\n"
             "    teams: [{id: search, limits: {rpm: 10}, budget: {day: 11 USD}}]\n"
             "identity: {keys: {entries: [{id: AbCd1234, hash: " +
             std::string(64, 'a') +
             ", tenant: acme, limits: {concurrent: 12}}]}}\n"
             "limits: {burst: 2s, replicas: 3}\n");
  const TenantConfig& acme = config.tenants.at(0);
  EXPECT_EQ(acme.time_zone, "Europe/Amsterdam");
  EXPECT_EQ(acme.quota.rates.rpm, 1);
  EXPECT_EQ(acme.quota.rates.tpm, 2);
  EXPECT_EQ(acme.quota.rates.rpd, 3);
  EXPECT_EQ(acme.quota.rates.tpd, 4);
  EXPECT_EQ(acme.quota.rates.concurrent, 5);
  ASSERT_EQ(acme.quota.models.size(), 1u);
  EXPECT_EQ(acme.quota.models[0].model, "gpt-5");
  EXPECT_EQ(acme.quota.models[0].rates.tpm, 6);
  EXPECT_EQ(acme.quota.budget.month, "7 USD");
  EXPECT_EQ(acme.quota.budget.week, "8 USD");
  EXPECT_EQ(acme.quota.budget.day, "9.5 USD");
  EXPECT_EQ(acme.quota.budget.on_exceed, limits::OnExceed::kWarn);
  EXPECT_EQ(acme.quota.budget.reserve, limits::Reserve::kWorstCase);
  EXPECT_EQ(acme.quota.budget.thresholds(), (std::vector{75, 100}));
  EXPECT_EQ(acme.labels, std::vector<std::string>{"nightly"});
  EXPECT_EQ(acme.teams.at(0).quota.rates.rpm, 10);
  EXPECT_EQ(acme.teams.at(0).quota.budget.thresholds(), (std::vector{50, 80, 100}));
  EXPECT_EQ(acme.teams.at(0).quota.budget.day, "11 USD");
  EXPECT_EQ(config.identity.keys.entries.at(0).quota.rates.concurrent, 12);
  EXPECT_EQ(config.limits.burst, std::chrono::seconds(2));
  EXPECT_EQ(config.limits.replicas, 3);
}

TEST(Quota, AnUnknownTimeZoneAndAnAmountThatIsNoneAreFaults) {
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a, time_zone: Mars/Olympus}]\n"),
              ElementsAre(AllOf(HasSubstr("tenants[0].time_zone"), HasSubstr("time zone"))));
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a, budget: {day: 300}}]\n"),
              ElementsAre(AllOf(HasSubstr("tenants[0].budget.day"), HasSubstr("300 USD"))));
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a, budget: {month: 9000001 USD}}]\n"),
              ElementsAre(HasSubstr("at most 9000000 USD")));
  for (const char* alert : {"80", "0%", "1001%", "x%"}) {
    EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a, budget: {alerts: [" + alert + "]}}]\n"),
                ElementsAre(HasSubstr("must be a percentage such as 80%")));
  }
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a, labels: [A b]}]\n"),
              ElementsAre(HasSubstr("tenants[0].labels")));
  EXPECT_THAT(FaultsOf(kGood + "tenants: [{id: a, limits: {rpm: -1}}]\n"),
              ElementsAre(HasSubstr("tenants[0].limits.rpm")));
}

TEST(Quota, AnAmountsTextIsReadAsTheSameAmount) {
  EXPECT_EQ(UsdText(0), "0 USD");
  EXPECT_EQ(UsdText(250'000'000'000), "0.25 USD");
  for (const int64_t picousd : {int64_t{1}, int64_t{999'999'999'999}, int64_t{1'000'000'000'000},
                                kMaxUsd * 1'000'000'000'000}) {
    EXPECT_EQ(ParseUsd(UsdText(picousd)), picousd);
  }
}

}  // namespace
}  // namespace inferwire::config
