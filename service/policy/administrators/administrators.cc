#include "policy/administrators/administrators.h"

#include <string>
#include <utility>

namespace inferwire::policy {
namespace {

Error Refusal(Code code, v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = code;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  return error;
}

}  // namespace

Result<void> Administrators::Admit(Call& call) {
  if (!call.principal) {
    return Refusal(Code::kUnauthenticated, v1::ERROR_REASON_CREDENTIALS_REQUIRED,
                   "administrators show an API key (authorization: Bearer iw_...) or a client "
                   "certificate");
  }
  if (call.principal->disabled) {
    metrics_.Refused(telemetry::AccessRefusal::kTenantDisabled);
    return Refusal(Code::kPermissionDenied, v1::ERROR_REASON_TENANT_DISABLED,
                   "this tenant is disabled");
  }
  if (!call.principal->roles.administers()) {
    metrics_.Refused(telemetry::AccessRefusal::kOperation);
    return Refusal(Code::kPermissionDenied, v1::ERROR_REASON_OPERATION_NOT_ALLOWED,
                   "this port is for the roles tenant_viewer, tenant_admin, viewer and admin, of "
                   "which this caller has none");
  }
  return {};
}

}  // namespace inferwire::policy
