// Tenants and API keys as administrators write them (inferwire.v1.Tenant, Key), as the
// configuration has them: from there on both are served alike, and held to the same bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/tenants.h"
#include "inferwire/v1/keys_service.pb.h"
#include "inferwire/v1/tenants_service.pb.h"
#include "store/directory.h"

namespace inferwire::app {

// INVALID_ARGUMENT with every field that is not as it must be, as it is named in a request: e.g.
// tenant.limits.requests_per_minute, key.roles[0].
Result<void> CheckTenant(const v1::Tenant& tenant);
// The id may be missing: the server chooses it. Secrets are not looked at.
Result<void> CheckKey(const v1::Key& key);

// A tenant by itself, and what is added to its limits for a while, by this time.
struct StoredTenant {
  struct Boost {
    v1::Meter meter{};
    int64_t amount = 0;
  };

  config::TenantConfig config;
  std::vector<Boost> boosts{};
  std::optional<WallTime> changes_at{};  // when one of them ends
};
// Errors as of CheckTenant.
Result<StoredTenant> ConfigOf(const v1::Tenant& tenant, WallTime now);
// As it is served: where it says nothing its plans' limits count, and to those the boosts are
// added. The error: there is no such plan.
Result<config::TenantConfig> WithPlans(const StoredTenant& tenant,
                                       const std::vector<config::PlanConfig>& plans);
// With its secrets, which have their ends. Nothing: none of them works any more.
Result<std::optional<config::ApiKeyConfig>> ConfigOf(const store::KeyRow& row);

}  // namespace inferwire::app
