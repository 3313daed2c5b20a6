// TenantsService, but for its trail of changes.
#include "office.h"

namespace inferwire::endpoints {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Tenants : public ::testing::Test {
 protected:
  Result<v1::PutTenantResponse> Put(const v1::Tenant& tenant) {
    v1::PutTenantRequest request;
    *request.mutable_tenant() = tenant;
    return office.Call<v1::PutTenantResponse>("PutTenant", request);
  }
  Result<v1::DisableTenantResponse> Disable(const std::string& tenant, bool enable = false) {
    v1::DisableTenantRequest request;
    request.set_tenant_id(tenant);
    request.set_enable(enable);
    request.set_reason("unpaid");
    return office.Call<v1::DisableTenantResponse>("DisableTenant", request);
  }
  v1::BoostLimitRequest Boost(const std::string& tenant, int64_t amount = 100,
                              Duration time = std::chrono::hours(1)) {
    v1::BoostLimitRequest request;
    request.mutable_scope()->set_tenant_id(tenant);
    request.mutable_boost()->set_meter(v1::METER_TOKENS_PER_MINUTE);
    request.mutable_boost()->set_amount(amount);
    request.mutable_boost()->set_reason("launch");
    SetTime(office.clock.WallNow() + std::chrono::duration_cast<WallTime::duration>(time),
            *request.mutable_boost()->mutable_until());
    return request;
  }
  std::string Boosted(const v1::BoostLimitRequest& request) {
    return Outcome(office.Call<v1::BoostLimitResponse>("BoostLimit", request));
  }
  v1::Tenant Now(const std::string& id) {
    v1::GetTenantRequest request;
    request.set_tenant_id(id);
    auto found = office.Call<v1::GetTenantResponse>("GetTenant", request);
    return found ? found->tenant() : v1::Tenant();
  }

  Office office;
};

TEST_F(Tenants, HavePlansThatTheConfigurationHas) {
  v1::Tenant tenant;
  tenant.set_tenant_id("acme");
  tenant.set_plan("standard");
  tenant.add_teams()->set_team_id("search");
  tenant.mutable_teams(0)->set_plan("golden");
  const auto refused = Put(tenant);
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().fields.size(), 1u);
  EXPECT_EQ(refused.error().fields[0].field, "tenant.teams[0].plan");
  tenant.mutable_teams(0)->clear_plan();
  EXPECT_TRUE(Put(tenant));
}

TEST_F(Tenants, AreMadeAndReplacedWholeFromTheVersionThatWasRead) {
  v1::Tenant tenant;
  tenant.set_tenant_id("acme");
  tenant.set_display_name("Acme");
  tenant.add_models("gpt-5");
  auto made = Put(tenant);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->tenant().origin(), "store");
  EXPECT_EQ(office.LastEvent().action(), "tenant.put");
  EXPECT_EQ(Outcome(Put(tenant)), "CONFLICT");  // there must be none

  v1::Tenant next = made->tenant();
  next.clear_models();
  next.set_weight(3);
  auto replaced = Put(next);
  ASSERT_TRUE(replaced) << replaced.error().message;
  EXPECT_EQ(Now("acme").models_size(), 0);
  EXPECT_EQ(Now("acme").display_name(), "Acme");
  EXPECT_EQ(office.LastEvent().change_json(),
            R"({"from": {"models":["gpt-5"]}, "to": {"weight":3}})");
  auto late = Put(next);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kAborted);
}

TEST_F(Tenants, AreNotMadeOfWhatIsNotAsItMustBe) {
  office.bad = InvalidField("time_zone", "is none");
  v1::Tenant tenant;
  tenant.set_tenant_id("acme");
  EXPECT_EQ(Outcome(Put(tenant)), "INVALID_PARAMETER");
  EXPECT_EQ(office.events(), 0u);
  office.bad.reset();
  EXPECT_EQ(Outcome(Put(v1::Tenant())), "INVALID_PARAMETER");
}

TEST_F(Tenants, OfTheConfigurationAreSeenAndNotChanged) {
  EXPECT_EQ(Now("fixed").origin(), "config");
  EXPECT_EQ(Outcome(Put(Now("fixed"))), "WRONG_STATE");
  EXPECT_EQ(Outcome(Disable("fixed")), "WRONG_STATE");
  EXPECT_EQ(Boosted(Boost("fixed")), "WRONG_STATE");
}

TEST_F(Tenants, AreDisabledAndEnabledWithAReason) {
  office.MakeTenant("acme");
  auto disabled = Disable("acme");
  ASSERT_TRUE(disabled);
  EXPECT_TRUE(disabled->tenant().disabled());
  EXPECT_EQ(office.LastEvent().action(), "tenant.disable");
  EXPECT_THAT(office.LastEvent().change_json(), HasSubstr("unpaid"));
  const size_t events = office.events();
  EXPECT_EQ(Outcome(Disable("acme")), "OK");
  EXPECT_EQ(office.events(), events);  // nothing was changed
  ASSERT_TRUE(Disable("acme", /*enable=*/true));
  EXPECT_FALSE(Now("acme").disabled());
  EXPECT_EQ(office.LastEvent().action(), "tenant.enable");
  EXPECT_EQ(Outcome(Disable("nobody")), "RESOURCE_NOT_FOUND");
}

TEST_F(Tenants, AreDisabledAlthoughSomebodyElseChangesThemAtTheSameTime) {
  office.MakeTenant("acme");
  {
    std::lock_guard lock(office.state->mutex);
    office.state->before_change = [](DirectoryState& state) {
      state.tenants.at("acme").version = ++state.version;
    };
  }
  EXPECT_EQ(Outcome(Disable("acme")), "OK");
  EXPECT_TRUE(Now("acme").disabled());
}

TEST_F(Tenants, AreListedInPagesWithThoseOfTheConfiguration) {
  for (const char* id : {"acme", "beta", "gamma", "zeta"}) office.MakeTenant(id);
  std::vector<std::string> listed;
  v1::ListTenantsRequest request;
  request.set_page_size(2);
  do {
    auto page = office.Call<v1::ListTenantsResponse>("ListTenants", request);
    ASSERT_TRUE(page);
    for (const v1::Tenant& tenant : page->tenants()) listed.push_back(tenant.tenant_id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(listed, ElementsAre("acme", "beta", "fixed", "gamma", "zeta"));
}

TEST_F(Tenants, GetMoreOfALimitForAWhile) {
  office.MakeTenant("acme");
  EXPECT_EQ(Boosted(Boost("acme", 500)), "OK");
  ASSERT_EQ(Now("acme").boosts_size(), 1);
  EXPECT_EQ(Now("acme").boosts(0).amount(), 500);
  EXPECT_EQ(office.LastEvent().action(), "limit.boost");
  EXPECT_THAT(office.LastEvent().change_json(), HasSubstr("launch"));
  // What is over is forgotten with the next one.
  office.clock.Advance(std::chrono::hours(2));
  EXPECT_EQ(Boosted(Boost("acme", 7)), "OK");
  ASSERT_EQ(Now("acme").boosts_size(), 1);
  EXPECT_EQ(Now("acme").boosts(0).amount(), 7);
}

TEST_F(Tenants, GetNoBoostThatIsNone) {
  office.MakeTenant("acme");
  EXPECT_EQ(Boosted(Boost("acme", 0)), "INVALID_PARAMETER");
  EXPECT_EQ(Boosted(Boost("acme", 5, -std::chrono::hours(1))), "INVALID_PARAMETER");
  v1::BoostLimitRequest request = Boost("acme");
  request.mutable_boost()->set_meter(v1::METER_UNSPECIFIED);
  EXPECT_EQ(Boosted(request), "INVALID_PARAMETER");
  request = Boost("acme");
  request.mutable_scope()->set_team_id("search");
  EXPECT_EQ(Boosted(request), "INVALID_PARAMETER");
  EXPECT_EQ(Boosted(Boost("nobody")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(office.events(), 1u);  // the tenant
}

TEST_F(Tenants, HaveABoundedNumberOfBoosts) {
  office.MakeTenant("acme");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(Boosted(Boost("acme")), "OK") << i;
  EXPECT_EQ(Boosted(Boost("acme")), "WRONG_STATE");
}

TEST_F(Tenants, ShowWhatIsUsedOfTheirLimitsWhereThatIsKnown) {
  office.MakeTenant("acme");
  office.backend.limits = [](const v1::Scope& scope) -> Result<std::vector<v1::LimitState>> {
    v1::LimitState state;
    *state.mutable_scope() = scope;
    state.set_used(42);
    return std::vector<v1::LimitState>{state};
  };
  v1::GetTenantRequest request;
  request.set_tenant_id("acme");
  auto found = office.Call<v1::GetTenantResponse>("GetTenant", request);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->limits_size(), 1);
  EXPECT_EQ(found->limits(0).scope().tenant_id(), "acme");
  EXPECT_EQ(found->limits(0).used(), 42);
}

TEST_F(Tenants, HaveNothingInDoubtWhereNoBudgetIsShared) {
  v1::ResolveDoubtRequest request;
  request.mutable_scope()->set_tenant_id("acme");
  request.set_meter(v1::METER_MONEY_PER_DAY);
  request.set_replica("replica-2");
  request.set_used(5);
  auto refused = office.Call<v1::ResolveDoubtResponse>("ResolveDoubt", request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kFailedPrecondition);

  office.backend.resolve_doubt =
      [](const v1::ResolveDoubtRequest& asked) -> Result<v1::LimitState> {
    v1::LimitState state;
    state.set_used(asked.used());
    return state;
  };
  auto resolved = office.Call<v1::ResolveDoubtResponse>("ResolveDoubt", request);
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->limit().used(), 5);
  EXPECT_EQ(office.LastEvent().action(), "limit.resolve");
  EXPECT_THAT(office.LastEvent().change_json(), HasSubstr("replica-2"));
}

TEST_F(Tenants, ThatCannotBeReadAreTheStoresFault) {
  {
    std::lock_guard lock(office.state->mutex);
    office.state->tenants["acme"] = {"acme", "\xff\xff", false, 1};
  }
  v1::GetTenantRequest request;
  request.set_tenant_id("acme");
  EXPECT_EQ(Outcome(office.Call<v1::GetTenantResponse>("GetTenant", request)), "STORE_UNAVAILABLE");
}

}  // namespace
}  // namespace inferwire::endpoints
