// How far a role reaches: viewer and admin everywhere, tenant_viewer and tenant_admin in their own
// tenant. What is out of reach does not exist.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {

class Reach {
 public:
  bool everywhere() const { return tenant_.empty(); }
  // Empty: everywhere.
  const std::string& tenant() const { return tenant_; }
  // Whether what belongs to this tenant, or to none, is within it.
  bool Has(std::string_view tenant) const { return everywhere() || tenant == tenant_; }

 private:
  friend Result<Reach> ReachToSee(const tenancy::Principal*);
  friend Result<Reach> ReachToChange(const tenancy::Principal*);
  explicit Reach(std::string tenant) : tenant_(std::move(tenant)) {}

  std::string tenant_;
};

// PERMISSION_DENIED, OPERATION_NOT_ALLOWED if none of the roles allows it.
Result<Reach> ReachToSee(const tenancy::Principal* who);
Result<Reach> ReachToChange(const tenancy::Principal* who);
// What only an admin does.
Result<void> MustBeAdmin(const tenancy::Principal* who);

Error NotAllowed(std::string message);
Error NoSuchTenant();
Error NoSuchKey();
// It is the configuration's: kind is tenant or key.
Error IsConfigured(std::string_view kind);
Error WrongState(std::string message);
Error Changed(std::string_view kind);

}  // namespace inferwire::endpoints
