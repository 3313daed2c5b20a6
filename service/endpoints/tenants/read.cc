// ListTenants, GetTenant.
#include <utility>

#include "endpoints/directory/find.h"
#include "endpoints/directory/listing.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/rows.h"
#include "endpoints/tenants/tenant_calls.h"

namespace inferwire::endpoints {
namespace {

Result<v1::ListTenantsResponse> ListAll(const std::string& after, size_t size,
                                        const ConfiguredDirectory& configured,
                                        store::Directory& store) {
  auto rows = store.ListTenants(after, static_cast<int>(size) + 1);
  if (!rows) return std::move(rows.error());
  std::vector<v1::Tenant> stored;
  for (const store::TenantRow& row : *rows) {
    auto tenant = ToProto(row);
    if (!tenant) return std::move(tenant.error());
    stored.push_back(*std::move(tenant));
  }
  std::vector<const v1::Tenant*> all;
  for (const v1::Tenant& tenant : configured.tenants) all.push_back(&tenant);
  v1::ListTenantsResponse response;
  FillPage(
      all, std::move(stored), after, size,
      [](const v1::Tenant& tenant) -> const std::string& { return tenant.tenant_id(); },
      *response.mutable_tenants(), *response.mutable_next_page_token());
  return response;
}

// Of who sees one only.
Result<v1::ListTenantsResponse> ListOwn(const Reach& reach, const std::string& after,
                                        const ConfiguredDirectory& configured,
                                        store::Directory& store) {
  v1::ListTenantsResponse response;
  if (after >= reach.tenant()) return response;
  auto own = FindTenant(reach.tenant(), reach, configured, store);
  if (!own) return std::move(own.error());
  *response.add_tenants() = *std::move(own);
  return response;
}

}  // namespace

Begun NewListTenants(const v1::ListTenantsRequest& request, const DirectoryBackend& backend,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer) {
  using Response = v1::ListTenantsResponse;
  auto reach = ReachToSee(context.principal);
  if (!reach) return std::move(reach.error());
  auto size = PageSize(request.page_size());
  if (!size) return std::move(size.error());
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [after = request.page_token(), size = *size, reach = *reach,
       &backend](store::Directory& store) {
        const auto configured = backend.configured();
        return reach.everywhere() ? ListAll(after, size, *configured, store)
                                  : ListOwn(reach, after, *configured, store);
      }));
}

Begun NewGetTenant(const v1::GetTenantRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer) {
  using Response = v1::GetTenantResponse;
  auto reach = ReachToSee(context.principal);
  if (!reach) return std::move(reach.error());
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [id = request.tenant_id(), reach = *reach,
       &backend](store::Directory& store) -> Result<Response> {
        auto tenant = FindTenant(id, reach, *backend.configured(), store);
        if (!tenant) return std::move(tenant.error());
        Response response;
        *response.mutable_tenant() = *std::move(tenant);
        if (!backend.limits) return response;
        v1::Scope scope;
        scope.set_tenant_id(id);
        auto limits = backend.limits(scope);
        if (!limits) return std::move(limits.error());
        for (v1::LimitState& limit : *limits) *response.add_limits() = std::move(limit);
        return response;
      }));
}

}  // namespace inferwire::endpoints
