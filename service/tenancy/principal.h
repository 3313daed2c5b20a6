// Who a call is, as the gateway understood it.
#pragma once

#include <string>
#include <string_view>

#include "tenancy/access.h"
#include "tenancy/role.h"

namespace inferwire::tenancy {

// A part of a directory, which a call keeps as long as it lives.
struct Principal {
  std::string tenant{}, team{}, key{};  // their ids; team and key are empty where there is none
  bool disabled = false;                // its tenant is
  Access access{};
  Roles roles{Role::kCaller};

  // acme or acme/search: in logs and metrics, and whose share of the gateway a call counts for.
  std::string name() const { return team.empty() ? tenant : tenant + "/" + team; }
  // As whom it has files and batches. No certificate has such a name: see IsOwnerOfTenant.
  std::string owner() const { return kOwnerPrefix + tenant; }

  static constexpr const char* kOwnerPrefix = "tenant/";
};

// A certificate of this name would be taken for a tenant where things have owners.
inline bool IsOwnerOfTenant(std::string_view name) {
  return name.starts_with(Principal::kOwnerPrefix);
}

}  // namespace inferwire::tenancy
