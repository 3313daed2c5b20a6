#include "endpoints/directory/directory_backend.h"

#include <algorithm>

namespace inferwire::endpoints {
namespace {

template <class T, class IdOf>
const T* Find(const std::vector<T>& sorted, std::string_view id, IdOf id_of) {
  const auto found = std::ranges::lower_bound(sorted, id, {}, id_of);
  return found != sorted.end() && id_of(*found) == id ? &*found : nullptr;
}

}  // namespace

const v1::Tenant* ConfiguredDirectory::FindTenant(std::string_view id) const {
  return Find(tenants, id,
              [](const v1::Tenant& tenant) { return std::string_view(tenant.tenant_id()); });
}

const v1::Key* ConfiguredDirectory::FindKey(std::string_view id) const {
  return Find(keys, id, [](const v1::Key& key) { return std::string_view(key.key_id()); });
}

}  // namespace inferwire::endpoints
