#include "policy/access/access.h"

#include <string>
#include <utility>

namespace inferwire::policy {
namespace {

using telemetry::AccessRefusal;

Error Denied(v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = Code::kPermissionDenied;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  return error;
}

}  // namespace

Error ModelNotAllowed() {
  return Denied(v1::ERROR_REASON_MODEL_NOT_ALLOWED, "this caller may not use this model");
}

Error Access::Refuse(AccessRefusal why, Error error) const {
  metrics_.Refused(why);
  return error;
}

Result<void> Access::Admit(Call& call) {
  if (!call.principal) return {};
  const tenancy::Principal& who = *call.principal;
  if (who.disabled) {
    return Refuse(AccessRefusal::kTenantDisabled,
                  Denied(v1::ERROR_REASON_TENANT_DISABLED, "this tenant is disabled"));
  }
  if (call.for_viewers && who.roles.administers()) return {};
  if (!who.roles.Has(tenancy::Role::kCaller)) {
    return Refuse(AccessRefusal::kOperation,
                  Denied(v1::ERROR_REASON_OPERATION_NOT_ALLOWED,
                         "who has no role but those of administrators calls no models"));
  }
  if (!who.access.MayCall(call.access)) {
    return Refuse(AccessRefusal::kOperation,
                  Denied(v1::ERROR_REASON_OPERATION_NOT_ALLOWED,
                         "this caller may not use " + std::string(call.access) + " (operations)"));
  }
  if (call.model.empty() || !call.models || who.access.MayUse(call.model, *call.models)) return {};
  return Refuse(AccessRefusal::kModel, ModelNotAllowed());
}

}  // namespace inferwire::policy
