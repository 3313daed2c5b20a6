// PutTenant, DisableTenant.
#include <google/protobuf/util/message_differencer.h>

#include <utility>

#include "endpoints/directory/audit_entry.h"
#include "endpoints/directory/find.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/rows.h"
#include "endpoints/tenants/tenant_calls.h"

namespace inferwire::endpoints {
namespace {

// Two that disable a tenant at once: the second one looks again.
constexpr int kMostTries = 3;

v1::Scope ScopeOf(const std::string& tenant) {
  v1::Scope scope;
  scope.set_tenant_id(tenant);
  return scope;
}

store::TenantRow RowOf(const v1::Tenant& tenant) {
  store::TenantRow row;
  row.tenant = tenant.tenant_id();
  row.disabled = tenant.disabled();
  row.version = tenant.version();
  row.body = BodyOf(tenant);
  return row;
}

// Without what its own administrators may change, and what only says where it is kept.
v1::Tenant Frame(v1::Tenant tenant) {
  tenant.clear_teams();
  tenant.clear_origin();
  tenant.clear_version();
  return tenant;
}

// Without one that it names a tenant is not served.
Result<void> CheckPlans(const v1::Tenant& tenant, const ConfiguredDirectory& configured) {
  const auto known = [&](const std::string& plan) {
    return plan.empty() || configured.plans.contains(plan);
  };
  constexpr const char* kUnknown = "is no plan of this gateway's configuration";
  if (!known(tenant.plan())) return InvalidField("tenant.plan", kUnknown);
  for (int i = 0; i < tenant.teams_size(); ++i) {
    if (known(tenant.teams(i).plan())) continue;
    return InvalidField("tenant.teams[" + std::to_string(i) + "].plan", kUnknown);
  }
  return {};
}

template <class Response>
Result<Response> Answer(const Result<store::TenantRow>& changed) {
  if (!changed) return changed.error();
  auto tenant = ToProto(*changed);
  if (!tenant) return std::move(tenant.error());
  Response response;
  *response.mutable_tenant() = *std::move(tenant);
  return response;
}

Result<v1::PutTenantResponse> Put(v1::Tenant tenant, const Reach& reach, const Actor& actor,
                                  const DirectoryBackend& backend, store::Directory& store) {
  if (backend.configured()->FindTenant(tenant.tenant_id())) return IsConfigured("tenant");
  auto row = store.FindTenant(tenant.tenant_id());
  if (!row) return std::move(row.error());
  Result<v1::Tenant> before = v1::Tenant();
  if (*row) before = ToProto(**row);
  if (!before) return std::move(before.error());
  if (!*row && !reach.everywhere()) return NoSuchTenant();
  if (!reach.everywhere() &&
      !google::protobuf::util::MessageDifferencer::Equals(Frame(*before), Frame(tenant))) {
    return NotAllowed("a tenant_admin changes the teams of its tenant: the rest is an admin's");
  }
  if (before->version() != tenant.version()) return Changed("tenant");
  if (auto good = backend.check_tenant(tenant); !good) return std::move(good.error());
  if (auto good = CheckPlans(tenant, *backend.configured()); !good) return std::move(good.error());
  tenant.set_origin(before->origin());  // no change, whatever was sent
  return Answer<v1::PutTenantResponse>(store.PutTenant(
      RowOf(tenant),
      EntryOf(actor, "tenant.put", ScopeOf(tenant.tenant_id()), ChangeJson(*before, tenant))));
}

Result<v1::DisableTenantResponse> Disable(const v1::DisableTenantRequest& request,
                                          const Reach& reach, const Actor& actor,
                                          const DirectoryBackend& backend,
                                          store::Directory& store) {
  const bool disabled = !request.enable();
  for (int tries = 1;; ++tries) {
    auto row = FindStoredTenant(request.tenant_id(), reach, *backend.configured(), store);
    if (!row) return std::move(row.error());
    if (row->disabled == disabled) return Answer<v1::DisableTenantResponse>(std::move(*row));
    row->disabled = disabled;
    auto changed = store.PutTenant(
        *row, EntryOf(actor, disabled ? "tenant.disable" : "tenant.enable",
                      ScopeOf(request.tenant_id()), MembersJson({{"reason", request.reason()}})));
    const bool again = !changed && changed.error().reason == v1::ERROR_REASON_CONFLICT;
    if (!again || tries == kMostTries) return Answer<v1::DisableTenantResponse>(changed);
  }
}

}  // namespace

Begun NewPutTenant(const v1::PutTenantRequest& request, const DirectoryBackend& backend,
                   const upstream::Runtime& runtime, const gateway::CallContext& context,
                   gateway::Operation::Observer& observer) {
  auto reach = ReachToChange(context.principal);
  if (!reach) return std::move(reach.error());
  const v1::Tenant& tenant = request.tenant();
  if (tenant.tenant_id().empty()) return InvalidField("tenant.tenant_id", "is missing");
  if (!reach->Has(tenant.tenant_id())) return NoSuchTenant();
  return Begun(std::make_unique<DirectoryQuery<v1::PutTenantResponse>>(
      backend, runtime, context, observer,
      [tenant, reach = *reach, actor = ActorOf(context, runtime.timers.clock().WallNow()),
       &backend](store::Directory& store) { return Put(tenant, reach, actor, backend, store); }));
}

Begun NewDisableTenant(const v1::DisableTenantRequest& request, const DirectoryBackend& backend,
                       const upstream::Runtime& runtime, const gateway::CallContext& context,
                       gateway::Operation::Observer& observer) {
  if (auto good = MustBeAdmin(context.principal); !good) return std::move(good.error());
  auto reach = ReachToChange(context.principal);
  return Begun(std::make_unique<DirectoryQuery<v1::DisableTenantResponse>>(
      backend, runtime, context, observer,
      [request, reach = *reach, actor = ActorOf(context, runtime.timers.clock().WallNow()),
       &backend](store::Directory& store) {
        return Disable(request, reach, actor, backend, store);
      }));
}

}  // namespace inferwire::endpoints
