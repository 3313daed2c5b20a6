#include "endpoints/directory/reach.h"

namespace inferwire::endpoints {
namespace {

using tenancy::Role;

Error ErrorOf(Code code, v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = code;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  return error;
}

Error NoSuch(std::string_view kind) {
  Error error = ErrorOf(Code::kNotFound, v1::ERROR_REASON_RESOURCE_NOT_FOUND,
                        "there is no such " + std::string(kind));
  error.resource = Error::Resource{std::string(kind), {}};
  return error;
}

bool Has(const tenancy::Principal* who, Role role) { return who && who->roles.Has(role); }

}  // namespace

Result<Reach> ReachToSee(const tenancy::Principal* who) {
  if (Has(who, Role::kAdmin) || Has(who, Role::kViewer)) return Reach("");
  const bool within = Has(who, Role::kTenantAdmin) || Has(who, Role::kTenantViewer);
  if (within && !who->tenant.empty()) return Reach(who->tenant);
  return NotAllowed("needs the role tenant_viewer, tenant_admin, viewer or admin");
}

Result<Reach> ReachToChange(const tenancy::Principal* who) {
  if (Has(who, Role::kAdmin)) return Reach("");
  if (Has(who, Role::kTenantAdmin) && !who->tenant.empty()) return Reach(who->tenant);
  return NotAllowed("needs the role tenant_admin or admin");
}

Result<void> MustBeAdmin(const tenancy::Principal* who) {
  if (Has(who, Role::kAdmin)) return {};
  return NotAllowed("needs the role admin");
}

Error NotAllowed(std::string message) {
  return ErrorOf(Code::kPermissionDenied, v1::ERROR_REASON_OPERATION_NOT_ALLOWED,
                 std::move(message));
}

Error NoSuchTenant() { return NoSuch("tenant"); }
Error NoSuchKey() { return NoSuch("key"); }

Error WrongState(std::string message) {
  return ErrorOf(Code::kFailedPrecondition, v1::ERROR_REASON_WRONG_STATE, std::move(message));
}

Error IsConfigured(std::string_view kind) {
  return WrongState("the configuration defines this " + std::string(kind) +
                    ": it is changed there");
}

Error Changed(std::string_view kind) {
  return ErrorOf(
      Code::kAborted, v1::ERROR_REASON_CONFLICT,
      "the " + std::string(kind) + " has been changed since this version was read: read it again");
}

}  // namespace inferwire::endpoints
