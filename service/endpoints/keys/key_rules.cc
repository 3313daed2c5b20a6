#include "endpoints/keys/key_rules.h"

#include <algorithm>
#include <utility>

#include "endpoints/directory/find.h"
#include "tenancy/role.h"

namespace inferwire::endpoints {
namespace {

using tenancy::Role;

bool IsOfTenant(Role role) { return role != Role::kViewer && role != Role::kAdmin; }

}  // namespace

Result<void> CheckRoles(const v1::Key& key, const Reach& reach) {
  for (int i = 0; i < key.roles_size(); ++i) {
    const std::string field = "key.roles[" + std::to_string(i) + "]";
    const auto role = tenancy::RoleOf(key.roles(i));
    if (!role) {
      return InvalidField(field, "may be caller, tenant_viewer, tenant_admin, viewer or admin");
    }
    if (!reach.everywhere() && !IsOfTenant(*role)) {
      return NotAllowed("keys with the role " + key.roles(i) +
                        " are an admin's to make and change");
    }
  }
  return {};
}

Result<void> CheckOwner(const v1::Key& key, const Reach& reach,
                        const ConfiguredDirectory& configured, store::Directory& store) {
  if (key.tenant_id().empty() && reach.everywhere()) {
    const bool of_all =
        !key.roles().empty() && std::ranges::none_of(key.roles(), [](const std::string& name) {
          const auto role = tenancy::RoleOf(name);
          return !role || IsOfTenant(*role);
        });
    if (!of_all) return InvalidField("key.tenant_id", "is missing");
    if (!key.team_id().empty()) return InvalidField("key.team_id", "is one of no tenant");
    return {};
  }
  auto tenant = FindTenant(key.tenant_id(), reach, configured, store);
  if (!tenant) return std::move(tenant.error());
  if (key.team_id().empty()) return {};
  const bool known = std::ranges::any_of(
      tenant->teams(), [&](const v1::Team& team) { return team.team_id() == key.team_id(); });
  return known ? Result<void>() : InvalidField("key.team_id", "is no team of this tenant");
}

Result<NewSecret> MakeSecret(const std::string& key_id, const DirectoryBackend& backend,
                             WallTime now) {
  auto text = tenancy::NewKey(key_id, backend.random);
  if (!text) {
    Error error;
    error.message = "this machine has no random numbers";
    return error;
  }
  NewSecret secret;
  const tenancy::KeyHash hash = backend.hash(*text);
  secret.row.hash.assign(hash.begin(), hash.end());
  secret.row.hint = text->substr(text->size() - tenancy::kKeyHintSize);
  secret.row.created = now;
  secret.text = *std::move(text);
  return secret;
}

}  // namespace inferwire::endpoints
