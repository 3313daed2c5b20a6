// Whose usage and limits a caller may see: its own key's, or its team's or tenant's where it has no
// key; a tenant_viewer its tenant's, a viewer everybody's. For everyone else a foreign scope does
// not exist.
#pragma once

#include "base/result.h"
#include "gateway/call_context.h"
#include "inferwire/v1/governance.pb.h"
#include "store/usage_query.h"

namespace inferwire::endpoints {

// What was asked for, narrowed to what may be seen. NOT_FOUND if nothing of it may be.
Result<store::UsageFilter> VisibleUsage(const v1::Scope& asked,
                                        const gateway::CallContext& context);

// Whose limits: the caller's own if the scope is empty.
struct LimitsOf {
  std::string tenant, team, key;
};
Result<LimitsOf> VisibleLimits(const v1::Scope& asked, const gateway::CallContext& context);

}  // namespace inferwire::endpoints
