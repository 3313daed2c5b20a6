#include "policy/quota/allowances.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "policy/quota/limit_state.h"
#include "telemetry/metrics.h"

namespace inferwire::policy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

QuotaSettings Settings() {
  QuotaSettings settings;
  TenantQuota& acme = settings.tenants["acme"];
  acme.rules.all = {.rpm = 600, .tpm = 1000, .rpd = {}, .tpd = {}, .concurrent = {}};
  acme.rules.models["gpt-5"].tpm = 50;
  acme.teams["search"].all.rpm = 60;
  acme.keys["abcdefgh"].all.concurrent = 2;
  return settings;
}

std::vector<std::string> NamesOf(const limits::Allowance& allowance) {
  std::vector<std::string> names;
  for (const limits::Limit& limit : allowance.set.limits()) {
    names.push_back(std::string(Name(limit.kind)) + " " + limit.scope + " " + limit.model + " " +
                    std::to_string(limit.amount()));
  }
  return names;
}

class AllowancesTest : public testing::Test {
 protected:
  const limits::Moment now{SteadyTime(std::chrono::hours(1)),
                           WallTime(std::chrono::seconds(1'795'953'600))};
  std::shared_ptr<QuotaCounts> counts = std::make_shared<QuotaCounts>();
  telemetry::Metrics metrics;
  telemetry::QuotaMetrics& counted = metrics.Of<telemetry::QuotaMetrics>();
  Allowances allowances{Settings(), counts, counted};
};

TEST_F(AllowancesTest, HaveTheLimitsOfTheKeyItsTeamAndItsTenant) {
  EXPECT_THAT(
      NamesOf(*allowances.Find({"acme", "search", "abcdefgh"}, "gpt-5", now)),
      ElementsAre("rpm team/acme/search  60", "rpm tenant/acme  600", "tpm tenant/acme  1000",
                  "tpm tenant/acme gpt-5 50", "concurrent key/acme/abcdefgh  2"));
  EXPECT_THAT(NamesOf(*allowances.Find({"acme", "other", ""}, "gpt-4.1", now)),
              ElementsAre("rpm tenant/acme  600", "tpm tenant/acme  1000"));
}

TEST_F(AllowancesTest, OfAUserAreItsOwnBesideThoseOfItsTeam) {
  QuotaSettings settings = Settings();
  settings.tenants["acme"].users["search"].rpd = 3;
  Allowances with(settings, counts, counted);
  EXPECT_TRUE(with.LimitsUsersOf("acme", "search"));
  EXPECT_FALSE(with.LimitsUsersOf("acme", "sales"));
  EXPECT_FALSE(with.LimitsUsersOf("nobody", "search"));
  const auto ann = with.Find({"acme", "search", "", "ann/1"}, "", now);
  EXPECT_THAT(NamesOf(*ann),
              ElementsAre("rpd user/acme/search/ann/1  3", "rpm team/acme/search  60",
                          "rpm tenant/acme  600", "tpm tenant/acme  1000"));
  EXPECT_THAT(
      NamesOf(*with.Find({"acme", "search", "", ""}, "", now)),
      ElementsAre("rpm team/acme/search  60", "rpm tenant/acme  600", "tpm tenant/acme  1000"));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(ann->set.Take({}, now).shortage);
  EXPECT_TRUE(with.Find({"acme", "search", "", "ann/1"}, "", now)->set.Take({}, now).shortage)
      << "whichever call it is";
  EXPECT_FALSE(with.Find({"acme", "search", "", "bob"}, "", now)->set.Take({}, now).shortage);
}

TEST_F(AllowancesTest, UsersThatAreGoneLeaveRoomForOthers) {
  const auto few = std::make_shared<QuotaCounts>(/*most_meters=*/100);
  QuotaSettings settings;
  settings.tenants["acme"].users["search"].rpm = 60;
  Allowances with(settings, few, counted);
  limits::Moment later = now;
  for (int i = 0; i < 1000; ++i) {
    later.steady += std::chrono::seconds(2);
    const auto user = with.Find({"acme", "search", "", "u" + std::to_string(i)}, "", later);
    ASSERT_TRUE(user) << i;
    EXPECT_FALSE(user->set.Take({}, later).shortage);
  }
  EXPECT_LE(few->meters.size(), 100u);
}

TEST(ScopeTexts, AreWhatAMessageSaysAndUsersAreOneInMetrics) {
  v1::Scope scope;
  EXPECT_EQ(ScopePath(scope), "");
  scope.set_tenant_id("acme");
  EXPECT_EQ(ScopePath(scope), "tenant/acme");
  scope.set_team_id("search");
  EXPECT_EQ(ScopePath(scope), "team/acme/search");
  scope.set_user("a/b");
  EXPECT_EQ(ScopePath(scope), "user/acme/search/a/b");
  EXPECT_EQ(ScopeLabel("user/acme/search/a/b"), "user/acme/search");
  EXPECT_EQ(ScopeLabel("user/acme/search"), "user/acme/search");
  EXPECT_EQ(ScopeLabel("key/acme/abcdefgh"), "key/acme/abcdefgh");
  EXPECT_EQ(ScopeLabel("tenant/acme"), "tenant/acme");
  for (int meter = v1::Meter_MIN; meter <= v1::Meter_MAX; ++meter) {
    const auto kind = KindOf(static_cast<v1::Meter>(meter));
    if (!kind) continue;
    EXPECT_NE(limits::Name(*kind), "");
  }
}

TEST_F(AllowancesTest, TellMetersTheirLimitAndTheVersionOfTheSettings) {
  class Told final : public limits::MeterSource {
   public:
    class Flow final : public limits::FlowCounter {
     public:
      explicit Flow(std::vector<std::string>& told) : told_(told) {}
      limits::Took Take(int64_t, const limits::FlowLimit&, SteadyTime) override { return {true}; }
      void Settle(int64_t, int64_t, const limits::FlowLimit&, SteadyTime) override {}
      Level LevelFor(int64_t, const limits::FlowLimit&, SteadyTime) const override { return {}; }
      bool Idle(SteadyTime) const override { return true; }
      void Use(const limits::FlowLimit& limit, uint64_t version) override {
        told_.push_back(std::to_string(limit.per_minute()) + " v" + std::to_string(version));
      }

     private:
      std::vector<std::string>& told_;
    };
    std::shared_ptr<limits::FlowCounter> NewFlow(const std::string&) override {
      return std::make_shared<Flow>(told);
    }
    std::shared_ptr<limits::StockCounter> NewStock(const std::string&) override {
      return std::make_shared<limits::StockMeter>();
    }
    std::vector<std::string> told;
  };
  const auto source = std::make_shared<Told>();
  counts->meters.UseSource(source);
  allowances.Find({"acme", "search", ""}, "", now);
  Allowances next(Settings(), counts, counted);
  next.Find({"acme", "search", ""}, "", now);
  EXPECT_THAT(source->told,
              ElementsAre("60 v1", "600 v1", "1000 v1", "60 v2", "600 v2", "1000 v2"));
}

TEST_F(AllowancesTest, OfWhoHasNoLimitsAreEmpty) {
  EXPECT_THAT(NamesOf(*allowances.Find({"nobody", "search", "abcdefgh"}, "gpt-5", now)), IsEmpty());
  EXPECT_EQ(counts->meters.size(), 0u);
}

TEST_F(AllowancesTest, ShareTheMetersOfWhatIsAboveThem) {
  const auto one = allowances.Find({"acme", "search", ""}, "gpt-5", now);
  const auto other = allowances.Find({"acme", "sales", ""}, "gpt-4.1", now);
  const limits::Demand demand{.input_tokens = 40};
  EXPECT_FALSE(one->set.Take(demand, now).shortage);
  const auto& tokens = std::get<limits::Flow>(other->set.limits().back().meter);
  EXPECT_EQ(tokens.meter->LevelFor(0, tokens.limit, now.steady).free, 1000 / 6 - 40);
  EXPECT_EQ(allowances.Find({"acme", "search", ""}, "gpt-5", now), one) << "made once";
}

TEST_F(AllowancesTest, OfNewSettingsGoOnWithWhatWasCounted) {
  const limits::Demand demand{.input_tokens = 100};
  EXPECT_FALSE(allowances.Find({"acme", "", ""}, "", now)->set.Take(demand, now).shortage);
  QuotaSettings lower = Settings();
  lower.tenants["acme"].rules.all.tpm = 600;
  Allowances next(lower, counts, counted);
  const auto after = next.Find({"acme", "", ""}, "", now);
  EXPECT_THAT(NamesOf(*after), ElementsAre("rpm tenant/acme  600", "tpm tenant/acme  600"));
  EXPECT_TRUE(after->set.Take(demand, now).shortage);
}

TEST_F(AllowancesTest, AreDividedByTheProcessesThatShareThem) {
  QuotaSettings settings = Settings();
  settings.replicas = 4;
  settings.tenants["acme"].rules.all.concurrent = 3;
  settings.tenants["acme"].rules.all.budget.day = 0;
  Allowances part(settings, counts, counted);
  EXPECT_THAT(NamesOf(*part.Find({"acme", "", ""}, "", now)),
              ElementsAre("day tenant/acme  0", "rpm tenant/acme  150", "tpm tenant/acme  250",
                          "concurrent tenant/acme  1"));
}

TEST_F(AllowancesTest, AreRefusedWhenThereAreAsManyMetersAsMayBe) {
  auto few = std::make_shared<QuotaCounts>();
  for (size_t i = 0; i < limits::MeterTable::kMostMeters; ++i) {
    auto meter = few->meters.FlowOf(std::to_string(i), now);
    meter->Take(1000, limits::FlowLimit(60), now.steady);
  }
  Allowances none(Settings(), few, counted);
  EXPECT_EQ(none.Find({"acme", "", ""}, "", now), nullptr);
  EXPECT_NE(none.Find({"nobody", "", ""}, "", now), nullptr) << "who has no limits goes on";
}

TEST_F(AllowancesTest, BeyondTheirBoundAreMadeEachTimeAndCountAllTheSame) {
  Allowances small(Settings(), counts, counted, 1);
  EXPECT_NE(small.Find({"acme", "", ""}, "", now), nullptr);
  const auto second = small.Find({"acme", "search", ""}, "", now);
  EXPECT_NE(small.Find({"acme", "search", ""}, "", now), second);
  const auto& one = std::get<limits::Flow>(second->set.limits().front().meter);
  const auto third = small.Find({"acme", "search", ""}, "", now);
  const auto& other = std::get<limits::Flow>(third->set.limits().front().meter);
  EXPECT_EQ(one.meter, other.meter);
}

TEST_F(AllowancesTest, AreTheSameForThreadsThatAskAtOnce) {
  std::vector<std::thread> threads;
  std::vector<std::shared_ptr<const limits::Allowance>> found(4);
  for (size_t t = 0; t < found.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1000; ++i) found[t] = allowances.Find({"acme", "search", ""}, "", now);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& each : found) EXPECT_EQ(each, found.front());
}

}  // namespace
}  // namespace inferwire::policy
