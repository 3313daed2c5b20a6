// Whose usage a caller may see.
#include "endpoints/usage/usage_scope.h"

#include <gtest/gtest.h>

#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

using tenancy::Role;

v1::Scope Of(const std::string& tenant, const std::string& team = "", const std::string& key = "") {
  v1::Scope scope;
  scope.set_tenant_id(tenant);
  scope.set_team_id(team);
  scope.set_key_id(key);
  return scope;
}

class UsageScope : public testing::Test {
 protected:
  UsageScope() {
    who.tenant = "acme";
    who.team = "search";
    who.key = "k1";
    context.principal = &who;
  }
  tenancy::Principal who;
  gateway::CallContext context;
};

TEST_F(UsageScope, ACallerSeesWhatItsOwnKeyUsed) {
  const auto own = VisibleUsage({}, context);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->tenant, "acme");
  EXPECT_EQ(own->team, "search");
  EXPECT_EQ(own->key, "k1");
  EXPECT_EQ(own->model, std::nullopt);
  for (const auto& foreign : {Of("other"), Of("acme", "ads"), Of("acme", "search", "k2")}) {
    const auto refused = VisibleUsage(foreign, context);
    ASSERT_FALSE(refused) << foreign.DebugString();
    EXPECT_EQ(refused.error().code, Code::kNotFound);
  }
}

TEST_F(UsageScope, ACallerWithoutAKeySeesItsTeam) {
  who.key = "";
  EXPECT_EQ(VisibleUsage({}, context)->team, "search");
  EXPECT_EQ(VisibleUsage({}, context)->key, std::nullopt);
}

TEST_F(UsageScope, ATenantViewerSeesItsTenantAndNoOther) {
  who.roles.Add(Role::kTenantViewer);
  EXPECT_EQ(VisibleUsage({}, context)->tenant, "acme");
  EXPECT_EQ(VisibleUsage({}, context)->key, std::nullopt);
  EXPECT_EQ(VisibleUsage(Of("", "ads"), context)->team, "ads");
  EXPECT_FALSE(VisibleUsage(Of("other"), context));
}

TEST_F(UsageScope, AViewerSeesEverybody) {
  who.roles.Add(Role::kViewer);
  EXPECT_EQ(VisibleUsage({}, context)->tenant, std::nullopt);
  EXPECT_EQ(VisibleUsage(Of("other"), context)->tenant, "other");
}

TEST_F(UsageScope, WhereNobodyIsAskedACallerSeesItsCertificatesName) {
  context.principal = nullptr;
  context.owner = "spiffe://prod/a";
  EXPECT_EQ(VisibleUsage({}, context)->tenant, "spiffe://prod/a");
  EXPECT_FALSE(VisibleUsage(Of("spiffe://prod/b"), context));
  context.owner = "";
  EXPECT_EQ(VisibleUsage({}, context)->tenant, "") << "what nobody used, not what all did";
}

TEST_F(UsageScope, LimitsAreTheCallersOwnOrThoseOfAScopeThatItSees) {
  EXPECT_EQ(VisibleLimits({}, context)->key, "k1");
  EXPECT_FALSE(VisibleLimits(Of("other"), context));
  who.roles.Add(Role::kViewer);
  EXPECT_EQ(VisibleLimits({}, context)->tenant, "acme") << "of itself, not of everybody";
  EXPECT_EQ(VisibleLimits(Of("other", "t"), context)->team, "t");
  EXPECT_FALSE(VisibleLimits(Of("", "t"), context));
}

}  // namespace
}  // namespace inferwire::endpoints
