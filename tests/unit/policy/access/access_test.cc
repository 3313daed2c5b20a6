#include "policy/access/access.h"

#include <gtest/gtest.h>

#include "telemetry/metrics.h"

namespace inferwire::policy {
namespace {

class Names final : public tenancy::ModelNames {
 public:
  tenancy::ModelMeaning MeaningOf(std::string_view asked) const override {
    return {.models = {{std::string(asked), std::string(asked)}}};
  }
};

class AccessPolicyTest : public testing::Test {
 protected:
  v1::ErrorReason Refusal(Call call) {
    call.models = &names_;
    const auto admitted = access_.Admit(call);
    if (admitted) return v1::ERROR_REASON_UNSPECIFIED;
    EXPECT_EQ(admitted.error().code, Code::kPermissionDenied);
    EXPECT_EQ(admitted.error().origin, Origin::kCaller);
    EXPECT_FALSE(admitted.error().safe_to_retry);
    return admitted.error().reason;
  }
  double Counted(const std::string& reason) {
    const std::string page = metrics_.Expose();
    const std::string line = "inferwire_access_refused_total{reason=\"" + reason + "\"} ";
    const size_t at = page.find(line);
    return at == page.npos ? -1 : std::stod(page.substr(at + line.size()));
  }

  const Names names_;
  telemetry::Metrics metrics_;
  Access access_{metrics_.Of<telemetry::AccessMetrics>()};
  tenancy::Principal who_{.tenant = "acme", .access = tenancy::Access({.models = {"gpt-*"}})};
};

TEST_F(AccessPolicyTest, WhereNobodyIsAskedEverythingPasses) {
  EXPECT_EQ(Refusal({.model = "o3", .access = "raw"}), v1::ERROR_REASON_UNSPECIFIED);
}

TEST_F(AccessPolicyTest, WhatIsNotAllowedIsRefusedAndCounted) {
  EXPECT_EQ(Counted("model"), 0);
  EXPECT_EQ(Refusal({.model = "gpt-5", .access = "chat", .principal = &who_}),
            v1::ERROR_REASON_UNSPECIFIED);
  EXPECT_EQ(Refusal({.model = "o3", .access = "chat", .principal = &who_}),
            v1::ERROR_REASON_MODEL_NOT_ALLOWED);
  EXPECT_EQ(Refusal({.access = "raw", .principal = &who_}), v1::ERROR_REASON_OPERATION_NOT_ALLOWED);
  EXPECT_EQ(Counted("model"), 1);
  EXPECT_EQ(Counted("operation"), 1);
}

TEST_F(AccessPolicyTest, WhoIsNoCallerCallsNothing) {
  for (const tenancy::Role role : {tenancy::Role::kTenantViewer, tenancy::Role::kTenantAdmin,
                                   tenancy::Role::kViewer, tenancy::Role::kAdmin}) {
    who_.roles = {role};
    EXPECT_EQ(Refusal({.model = "gpt-5", .access = "chat", .principal = &who_}),
              v1::ERROR_REASON_OPERATION_NOT_ALLOWED);
    who_.roles.Add(tenancy::Role::kCaller);
    EXPECT_EQ(Refusal({.model = "gpt-5", .access = "chat", .principal = &who_}),
              v1::ERROR_REASON_UNSPECIFIED);
  }
}

TEST_F(AccessPolicyTest, WhoSeesWhatIsKeptOfTenantsCallsWhatIsForViewers) {
  const Call usage{.access = "models", .principal = &who_, .for_viewers = true};
  for (const tenancy::Role role : {tenancy::Role::kTenantViewer, tenancy::Role::kTenantAdmin,
                                   tenancy::Role::kViewer, tenancy::Role::kAdmin}) {
    who_.roles = {role};
    EXPECT_EQ(Refusal(usage), v1::ERROR_REASON_UNSPECIFIED);
  }
  who_.roles = {};
  EXPECT_EQ(Refusal(usage), v1::ERROR_REASON_OPERATION_NOT_ALLOWED);
  who_.roles = {tenancy::Role::kViewer};
  who_.disabled = true;
  EXPECT_EQ(Refusal(usage), v1::ERROR_REASON_TENANT_DISABLED);
}

TEST_F(AccessPolicyTest, ADisabledTenantMayDoNothing) {
  who_.disabled = true;
  EXPECT_EQ(Refusal({.model = "gpt-5", .access = "chat", .principal = &who_}),
            v1::ERROR_REASON_TENANT_DISABLED);
  EXPECT_EQ(Refusal({.access = "models", .principal = &who_}), v1::ERROR_REASON_TENANT_DISABLED);
  EXPECT_EQ(Counted("tenant_disabled"), 2);
}

TEST_F(AccessPolicyTest, ACallWithoutAModelIsJudgedByItsOperation) {
  EXPECT_EQ(Refusal({.access = "batches", .principal = &who_}), v1::ERROR_REASON_UNSPECIFIED);
}

}  // namespace
}  // namespace inferwire::policy
