// What somebody is at this gateway besides whose: who only calls models, and who may see or change
// what is kept of tenants. A set of them fits into a byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace inferwire::tenancy {

enum class Role {
  kCaller,        // calls models; what everybody is who is not said to be anything else
  kTenantViewer,  // sees what is kept of its own tenant
  kTenantAdmin,   // and changes what is below it: its keys
  kViewer,        // sees all tenants
  kAdmin,         // changes all of them
};

// As the configuration, tokens and the API write them, in the order of Role.
inline constexpr std::array<std::string_view, 5> kRoleNames = {"caller", "tenant_viewer",
                                                               "tenant_admin", "viewer", "admin"};

constexpr std::string_view Name(Role role) { return kRoleNames[static_cast<size_t>(role)]; }

// Nothing: no role is called so.
constexpr std::optional<Role> RoleOf(std::string_view name) {
  for (size_t i = 0; i < kRoleNames.size(); ++i) {
    if (kRoleNames[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) Add(role);
  }

  constexpr bool Has(Role role) const { return (bits_ & Bit(role)) != 0; }
  constexpr void Add(Role role) { bits_ = static_cast<uint8_t>(bits_ | Bit(role)); }
  constexpr bool empty() const { return bits_ == 0; }
  // Something of what the administrators' port serves is for it.
  constexpr bool administers() const { return (bits_ & ~Bit(Role::kCaller)) != 0; }

  constexpr bool operator==(const Roles&) const = default;

 private:
  static constexpr uint8_t Bit(Role role) {
    return static_cast<uint8_t>(1u << static_cast<unsigned>(role));
  }

  uint8_t bits_ = 0;
};

}  // namespace inferwire::tenancy
