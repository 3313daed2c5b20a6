// GetKey, ListKeys.
#include <utility>

#include "endpoints/directory/find.h"
#include "endpoints/directory/listing.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/rows.h"
#include "endpoints/keys/key_calls.h"

namespace inferwire::endpoints {
namespace {

struct Listing {
  std::string tenant, team, after;
  bool revoked = false;
  size_t size = 0;
};

Result<v1::ListKeysResponse> List(const Listing& listing, const ConfiguredDirectory& configured,
                                  store::Directory& store) {
  auto rows = store.ListKeys(listing.tenant, listing.team, listing.revoked, listing.after,
                             static_cast<int>(listing.size) + 1);
  if (!rows) return std::move(rows.error());
  std::vector<v1::Key> stored;
  for (const store::KeyRow& row : *rows) {
    auto key = ToProto(row);
    if (!key) return std::move(key.error());
    stored.push_back(*std::move(key));
  }
  std::vector<const v1::Key*> fitting;
  for (const v1::Key& key : configured.keys) {
    if (!listing.tenant.empty() && key.tenant_id() != listing.tenant) continue;
    if (listing.team.empty() || key.team_id() == listing.team) fitting.push_back(&key);
  }
  v1::ListKeysResponse response;
  FillPage(
      fitting, std::move(stored), listing.after, listing.size,
      [](const v1::Key& key) -> const std::string& { return key.key_id(); },
      *response.mutable_keys(), *response.mutable_next_page_token());
  return response;
}

}  // namespace

Begun NewGetKey(const v1::GetKeyRequest& request, const DirectoryBackend& backend,
                const upstream::Runtime& runtime, const gateway::CallContext& context,
                gateway::Operation::Observer& observer) {
  using Response = v1::GetKeyResponse;
  auto reach = ReachToSee(context.principal);
  if (!reach) return std::move(reach.error());
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [id = request.key_id(), reach = *reach,
       &backend](store::Directory& store) -> Result<Response> {
        auto key = FindKey(id, reach, *backend.configured(), store);
        if (!key) return std::move(key.error());
        Response response;
        *response.mutable_key() = *std::move(key);
        return response;
      }));
}

Begun NewListKeys(const v1::ListKeysRequest& request, const DirectoryBackend& backend,
                  const upstream::Runtime& runtime, const gateway::CallContext& context,
                  gateway::Operation::Observer& observer) {
  using Response = v1::ListKeysResponse;
  auto reach = ReachToSee(context.principal);
  if (!reach) return std::move(reach.error());
  const v1::Scope& scope = request.scope();
  if (!scope.key_id().empty() || !scope.user().empty() || !scope.model_id().empty() ||
      !scope.upstream().empty()) {
    return InvalidField("scope", "may name a tenant and a team");
  }
  if (scope.tenant_id().empty() && !scope.team_id().empty() && reach->everywhere()) {
    return InvalidField("scope.tenant_id", "is missing: a team is one of a tenant");
  }
  if (!scope.tenant_id().empty() && !reach->Has(scope.tenant_id())) return NoSuchTenant();
  auto size = PageSize(request.page_size());
  if (!size) return std::move(size.error());
  const std::string& tenant = scope.tenant_id().empty() ? reach->tenant() : scope.tenant_id();
  return Begun(std::make_unique<DirectoryQuery<Response>>(
      backend, runtime, context, observer,
      [listing = Listing{tenant, scope.team_id(), request.page_token(), request.revoked(), *size},
       &backend](store::Directory& store) { return List(listing, *backend.configured(), store); }));
}

}  // namespace inferwire::endpoints
