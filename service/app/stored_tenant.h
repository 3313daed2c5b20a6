// Tenants and API keys as administrators write them (inferwire.v1.Tenant, Key), as the
// configuration has them: from there on both are served alike, and held to the same bounds.
#pragma once

#include <optional>

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

// Body and columns together. INTERNAL if the body cannot be read.
Result<v1::Tenant> TenantOf(const store::TenantRow& row);
Result<v1::Key> KeyOf(const store::KeyRow& row);

// A tenant with what is added to its limits for a while, by this time.
struct BoostedTenant {
  config::TenantConfig config;
  std::optional<WallTime> changes_at;  // when something of that ends
};
// Errors as of CheckTenant.
Result<BoostedTenant> ConfigOf(const v1::Tenant& tenant, WallTime now);
// With its secrets, which have their ends. Nothing: none of them works any more.
Result<std::optional<config::ApiKeyConfig>> ConfigOf(const store::KeyRow& row);

}  // namespace inferwire::app
