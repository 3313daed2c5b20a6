// GetLimits: who the caller is, what it may do, and what is left of it.
#include <string>
#include <utility>

#include "endpoints/shared/known_answer.h"
#include "endpoints/usage/operations.h"
#include "endpoints/usage/usage_scope.h"
#include "gateway/caller_limits.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

void FillPrincipal(const gateway::CallContext& context, v1::Principal& to) {
  const tenancy::Principal* const who = context.principal;
  if (!who) {
    to.set_method(context.owner.empty() ? "none" : "certificate");
    to.set_subject(context.owner);
    return;
  }
  to.set_tenant_id(who->tenant);
  to.set_team_id(who->team);
  to.set_key_id(who->key);
  to.set_method(std::string(context.method));
  to.set_subject(std::string(context.subject));
  for (const std::string_view name : tenancy::kRoleNames) {
    if (who->roles.Has(*tenancy::RoleOf(name))) to.add_roles(std::string(name));
  }
}

void FillAccess(const gateway::CallContext& context, v1::GetLimitsResponse& to) {
  for (const auto& [name, _] : tenancy::kOperations) {
    if (!context.principal || context.principal->access.MayCall(name)) {
      to.add_operations(std::string(name));
    }
  }
  if (!context.principal || !context.principal->access.restricts_models()) {
    to.add_models()->push_back('*');
    return;
  }
  for (const std::string& model : context.principal->access.models()) to.add_models(model);
}

}  // namespace

Begun NewGetLimits(const v1::GetLimitsRequest& request, const upstream::Runtime& runtime,
                   const gateway::CallContext& context, gateway::Operation::Observer& observer) {
  auto of = VisibleLimits(request.scope(), context);
  if (!of) return of.error();
  v1::GetLimitsResponse response;
  FillPrincipal(context, *response.mutable_principal());
  FillAccess(context, response);
  if (runtime.caller_limits && !of->tenant.empty()) {
    for (v1::LimitState& state : runtime.caller_limits->StatesOf({of->tenant, of->team, of->key})) {
      response.add_limits()->Swap(&state);
    }
  }
  return Begun(NewKnownAnswer(std::move(response), context, observer));
}

}  // namespace inferwire::endpoints
