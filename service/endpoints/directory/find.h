// Looking something up, in the configuration first. On the executor's threads.
#pragma once

#include <string_view>

#include "endpoints/directory/directory_backend.h"
#include "endpoints/directory/reach.h"

namespace inferwire::endpoints {

// NOT_FOUND if there is none, or it is out of reach.
Result<v1::Tenant> FindTenant(std::string_view id, const Reach& reach,
                              const ConfiguredDirectory& configured, store::Directory& store);
Result<v1::Key> FindKey(std::string_view id, const Reach& reach,
                        const ConfiguredDirectory& configured, store::Directory& store);

// For changes, which the configuration's are not open to: FAILED_PRECONDITION, WRONG_STATE.
Result<store::TenantRow> FindStoredTenant(std::string_view id, const Reach& reach,
                                          const ConfiguredDirectory& configured,
                                          store::Directory& store);
Result<store::KeyRow> FindStoredKey(std::string_view id, const Reach& reach,
                                    const ConfiguredDirectory& configured, store::Directory& store);

}  // namespace inferwire::endpoints
