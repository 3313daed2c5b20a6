// What operators are told of budgets: each threshold once in a period.
#include "app/budget_watch.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "app/limits_page.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kUsd = 1'000'000'000'000;

class NoModels final : public policy::ModelFacts {
 public:
  Facts Of(std::string_view) const override { return {}; }
};

class Lines final : public telemetry::LogSink {
 public:
  explicit Lines(std::vector<std::string>& lines) : lines_(lines) {}
  void Write(std::string_view line) override {
    if (line.find("budget_threshold") != std::string_view::npos) lines_.emplace_back(line);
  }

 private:
  std::vector<std::string>& lines_;
};

class BudgetWatchTest : public testing::Test {
 protected:
  BudgetWatchTest() {
    policy::Budget& budget = rules_.tenants["acme"].rules.all.budget;
    budget.day = 10 * kUsd;
    budget.alerts = {50, 80, 100};
    budget.on_exceed = limits::OnExceed::kWarn;
    who_.tenant = "acme";
    Reload();
  }
  // Settings of the same rules, made anew.
  void Reload() {
    auto quota = std::make_unique<policy::Quota>(
        policy::Quota::Parts{rules_, counts_, std::make_unique<NoModels>(), clock_,
                             metrics_.Of<telemetry::QuotaMetrics>(), 1});
    policy::Quota* const limits = quota.get();
    std::vector<std::unique_ptr<policy::Policy>> policies;
    policies.push_back(std::move(quota));
    settings_ = std::shared_ptr<const rpc::Settings>(
        new rpc::Settings{{}, {}, {}, policy::Chain(std::move(policies)), 1, {}, true, {}, limits});
  }
  void Spend(int64_t usd) {
    policy::Call call;
    call.principal = &who_;
    ASSERT_TRUE(settings_->quota->Admit(call));
    policy::Settlement settlement;
    settlement.sent_upstream = true;
    settlement.picousd = usd * kUsd;
    settings_->quota->Settle(call, settlement);
    watch_.Look();
  }

  ManualClock clock_;
  telemetry::Metrics metrics_;
  std::vector<std::string> lines_;
  telemetry::Log log_{{telemetry::LogLevel::kInfo, false}, clock_, std::make_unique<Lines>(lines_)};
  policy::QuotaSettings rules_;
  tenancy::Principal who_;
  const std::shared_ptr<policy::QuotaCounts> counts_ = std::make_shared<policy::QuotaCounts>();
  std::shared_ptr<const rpc::Settings> settings_;
  BudgetWatch watch_{clock_, metrics_.Of<telemetry::BudgetMetrics>(), log_,
                     [this] { return settings_; }};
};

TEST_F(BudgetWatchTest, TellsEachThresholdOnceInAPeriod) {
  Spend(4);
  EXPECT_THAT(lines_, ElementsAre());
  Spend(1);
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_THAT(lines_[0], HasSubstr("\"percent\":50"));
  EXPECT_THAT(lines_[0], HasSubstr("tenant/acme"));
  EXPECT_THAT(lines_[0], HasSubstr("\"used_usd\":\"5\""));
  Spend(1);
  watch_.Look();
  EXPECT_EQ(lines_.size(), 1u);
  Spend(6);
  ASSERT_EQ(lines_.size(), 2u) << "the highest that was passed says it";
  EXPECT_THAT(lines_[1], HasSubstr("\"percent\":100"));
}

TEST_F(BudgetWatchTest, ANewPeriodBeginsAnewAndANewConfigurationDoesNot) {
  Spend(9);
  ASSERT_EQ(lines_.size(), 1u);
  Reload();
  Spend(0);
  EXPECT_EQ(lines_.size(), 1u);
  clock_.Advance(std::chrono::hours(25));
  Spend(6);
  EXPECT_EQ(lines_.size(), 2u);
}

TEST_F(BudgetWatchTest, ShowsHowFarBudgetsAreUsed) {
  Spend(4);
  const std::string page = metrics_.Expose();
  EXPECT_THAT(page,
              HasSubstr("inferwire_budget_used_ratio{period=\"day\",scope=\"tenant/acme\"} 0.4"));
  EXPECT_THAT(page, HasSubstr("inferwire_budget_period_left_seconds{period=\"day\""));
}

TEST_F(BudgetWatchTest, ThePageHasTheMostUsedFirstAndNoMoreThanItsBound) {
  for (int i = 0; i < 100; ++i) {
    const std::string id = "t" + std::to_string(100 + i);
    rules_.tenants[id].rules.all.rpd = 1000 - i;
  }
  Reload();
  Spend(5);
  for (int i = 0; i < 100; ++i) {
    who_.tenant = "t" + std::to_string(100 + i);
    Spend(0);
  }
  const std::string page = LimitsPage(settings_->quota);
  EXPECT_LT(page.find("acme"), page.find("t199"));
  EXPECT_LT(page.find("t199"), page.find("t198"));
  EXPECT_EQ(page.find("t100"), std::string::npos);
  size_t shown = 0;
  for (size_t at = 0; (at = page.find("\"meter\"", at)) != std::string::npos; ++at) ++shown;
  EXPECT_EQ(shown, kMostLimitsShown);
  EXPECT_EQ(LimitsPage(nullptr), "{\"limits\":[],\"models\":[],\"operations\":[]}");
}

}  // namespace
}  // namespace inferwire::app
