#include "endpoints/usage/usage_scope.h"

#include <optional>
#include <string>

#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

using tenancy::Role;

Error NoSuchScope() {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "there is no such tenant, team or key, or it is not this caller's to see";
  return error;
}

// The narrowest that the caller is held to. Unset parts: it sees all of them.
store::UsageFilter Sight(const gateway::CallContext& context) {
  store::UsageFilter sight;
  const tenancy::Principal* const who = context.principal;
  if (!who) {
    sight.tenant = context.owner;  // by its certificate's name; nobody is empty
    return sight;
  }
  if (who->roles.Has(Role::kViewer) || who->roles.Has(Role::kAdmin)) return sight;
  sight.tenant = who->tenant;
  if (who->roles.Has(Role::kTenantViewer) || who->roles.Has(Role::kTenantAdmin)) return sight;
  if (!who->team.empty()) sight.team = who->team;
  if (!who->key.empty()) sight.key = who->key;
  return sight;
}

// False: what was asked for is outside of what is seen.
bool Narrow(const std::string& asked, std::optional<std::string>& part) {
  if (asked.empty()) return true;
  if (part && *part != asked) return false;
  part = asked;
  return true;
}

}  // namespace

Result<store::UsageFilter> VisibleUsage(const v1::Scope& asked,
                                        const gateway::CallContext& context) {
  store::UsageFilter filter = Sight(context);
  if (!Narrow(asked.tenant_id(), filter.tenant) || !Narrow(asked.team_id(), filter.team) ||
      !Narrow(asked.key_id(), filter.key)) {
    return NoSuchScope();
  }
  Narrow(asked.user(), filter.user);
  Narrow(asked.model_id(), filter.model);
  Narrow(asked.upstream(), filter.upstream);
  return filter;
}

Result<LimitsOf> VisibleLimits(const v1::Scope& asked, const gateway::CallContext& context) {
  const tenancy::Principal* const who = context.principal;
  const bool own = asked.tenant_id().empty() && asked.team_id().empty() && asked.key_id().empty();
  if (own) {
    if (!who) return LimitsOf{};
    return LimitsOf{who->tenant, who->team, who->key};
  }
  const auto filter = VisibleUsage(asked, context);
  if (!filter) return filter.error();
  if (!filter->tenant) return InvalidField("scope.tenant_id", "is required for another scope");
  return LimitsOf{*filter->tenant, filter->team.value_or(""), filter->key.value_or("")};
}

}  // namespace inferwire::endpoints
