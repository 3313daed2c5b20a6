#include "endpoints/directory/find.h"

#include "endpoints/directory/rows.h"

namespace inferwire::endpoints {

Result<v1::Tenant> FindTenant(std::string_view id, const Reach& reach,
                              const ConfiguredDirectory& configured, store::Directory& store) {
  if (!reach.Has(id)) return NoSuchTenant();
  if (const v1::Tenant* const found = configured.FindTenant(id)) return *found;
  auto row = store.FindTenant(id);
  if (!row) return std::move(row.error());
  if (!*row) return NoSuchTenant();
  return ToProto(**row);
}

Result<v1::Key> FindKey(std::string_view id, const Reach& reach,
                        const ConfiguredDirectory& configured, store::Directory& store) {
  if (const v1::Key* const found = configured.FindKey(id)) {
    if (!reach.Has(found->tenant_id())) return NoSuchKey();
    return *found;
  }
  auto row = store.FindKey(id);
  if (!row) return std::move(row.error());
  if (!*row || !reach.Has((*row)->tenant)) return NoSuchKey();
  return ToProto(**row);
}

Result<store::TenantRow> FindStoredTenant(std::string_view id, const Reach& reach,
                                          const ConfiguredDirectory& configured,
                                          store::Directory& store) {
  if (!reach.Has(id)) return NoSuchTenant();
  if (configured.FindTenant(id)) return IsConfigured("tenant");
  auto row = store.FindTenant(id);
  if (!row) return std::move(row.error());
  if (!*row) return NoSuchTenant();
  return std::move(**row);
}

Result<store::KeyRow> FindStoredKey(std::string_view id, const Reach& reach,
                                    const ConfiguredDirectory& configured,
                                    store::Directory& store) {
  if (const v1::Key* const found = configured.FindKey(id)) {
    return reach.Has(found->tenant_id()) ? IsConfigured("key") : NoSuchKey();
  }
  auto row = store.FindKey(id);
  if (!row) return std::move(row.error());
  if (!*row || !reach.Has((*row)->tenant)) return NoSuchKey();
  return std::move(**row);
}

}  // namespace inferwire::endpoints
