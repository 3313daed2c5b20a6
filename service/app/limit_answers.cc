#include "app/limit_answers.h"

#include <string>
#include <utility>

#include "base/error.h"
#include "policy/quota/limit_state.h"

namespace inferwire::app {

std::vector<v1::LimitState> LimitsOf(policy::Quota* quota, const v1::Scope& scope) {
  if (!quota) return {};
  return quota->StatesOf({scope.tenant_id(), scope.team_id(), scope.key_id()});
}

Result<v1::LimitState> ResolveDoubt(SharedLimits& shared, policy::Quota* quota,
                                    const v1::ResolveDoubtRequest& request) {
  const v1::Scope& scope = request.scope();
  const auto kind = policy::KindOf(request.meter());
  if (!kind || limits::IsFlow(*kind) || *kind == limits::LimitKind::kConcurrentCalls) {
    return InvalidField("meter", "is none that is lent: budgets, and requests and tokens per day");
  }
  const std::string path = policy::ScopePath(scope);
  if (path.empty()) return InvalidField("scope.tenant_id", "is missing");
  const auto found = shared.ResolveDoubt(path, std::string(limits::Name(*kind)), scope.model_id(),
                                         request.replica(), request.used());
  if (!found) return found.error();
  if (!*found) {
    Error error;
    error.code = Code::kNotFound;
    error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
    error.origin = Origin::kCaller;
    error.message = "nothing of this limit is in doubt that this replica was lent";
    return error;
  }
  for (v1::LimitState& state : LimitsOf(quota, scope)) {
    if (state.meter() == request.meter() && state.scope().model_id() == scope.model_id() &&
        policy::ScopePath(state.scope()) == path) {
      return std::move(state);
    }
  }
  v1::LimitState state;  // it is not configured any more
  *state.mutable_scope() = scope;
  state.set_meter(request.meter());
  return state;
}

}  // namespace inferwire::app
