// What holds of keys whoever changes them: their roles, their owner, their secrets.
#pragma once

#include <string>

#include "endpoints/directory/directory_backend.h"
#include "endpoints/directory/reach.h"

namespace inferwire::endpoints {

// The roles are known, and nobody gives or touches more than he has himself: a tenant_admin that
// could change an admin's key would be one. PERMISSION_DENIED, or INVALID_ARGUMENT about key.roles.
Result<void> CheckRoles(const v1::Key& key, const Reach& reach);
// Its tenant and team exist, and belong to who makes it; a key of no tenant sees or administers
// all of them, and nothing else.
Result<void> CheckOwner(const v1::Key& key, const Reach& reach,
                        const ConfiguredDirectory& configured, store::Directory& store);

struct NewSecret {
  std::string text;  // the key, as its caller shows it
  store::KeySecretRow row;
};
Result<NewSecret> MakeSecret(const std::string& key_id, const DirectoryBackend& backend,
                             WallTime now);

}  // namespace inferwire::endpoints
