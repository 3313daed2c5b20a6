// Who a call is, as the gateway understood it.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "tenancy/access.h"
#include "tenancy/role.h"

namespace inferwire::tenancy {

// What calls of a tenant may be booked under.
using Labels = std::set<std::string, std::less<>>;

// A part of a directory, which a call keeps as long as it lives.
struct Principal {
  std::string tenant{}, team{}, key{};  // their ids; team and key are empty where there is none
  bool disabled = false;                // its tenant is
  Access access{};
  Roles roles{Role::kCaller};
  std::shared_ptr<const Labels> labels{};  // the tenant's; with all of its principals; null: none

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
