// What TenantsService is told of limits: how much of them is used, and what became of a doubt.
#pragma once

#include <vector>

#include "app/shared_limits.h"
#include "base/result.h"
#include "inferwire/v1/tenants_service.pb.h"
#include "policy/quota/quota.h"

namespace inferwire::app {

// All that hold for the scope, those of single models too; as this process knows them. quota: null:
// nobody has any.
std::vector<v1::LimitState> LimitsOf(policy::Quota* quota, const v1::Scope& scope);

// NOT_FOUND if nothing of it is in doubt. Waits for the store.
Result<v1::LimitState> ResolveDoubt(SharedLimits& shared, policy::Quota* quota,
                                    const v1::ResolveDoubtRequest& request);

}  // namespace inferwire::app
