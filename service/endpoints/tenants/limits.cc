// BoostLimit, ResolveDoubt.
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <utility>

#include "endpoints/directory/audit_entry.h"
#include "endpoints/directory/find.h"
#include "endpoints/directory/query.h"
#include "endpoints/directory/rows.h"
#include "endpoints/tenants/tenant_calls.h"

namespace inferwire::endpoints {
namespace {

constexpr int kMostBoosts = 100;

bool IsMeter(v1::Meter meter) {
  return meter != v1::METER_UNSPECIFIED && meter != v1::METER_OTHER && v1::Meter_IsValid(meter);
}

// A boost is kept in its tenant, which has no place for those of a part of it.
Result<void> CheckBoost(const v1::BoostLimitRequest& request, WallTime now) {
  v1::Scope rest = request.scope();
  rest.clear_tenant_id();
  if (rest.ByteSizeLong() > 0) return InvalidField("scope", "names a tenant, and nothing below it");
  const v1::Boost& boost = request.boost();
  if (!IsMeter(boost.meter())) return InvalidField("boost.meter", "is none that can be boosted");
  if (boost.amount() <= 0) return InvalidField("boost.amount", "must be above 0");
  if (!boost.has_until() || TimeOf(boost.until()) <= now) {
    return InvalidField("boost.until", "must be a moment to come");
  }
  return {};
}

Result<v1::BoostLimitResponse> AddBoost(const v1::BoostLimitRequest& request, const Reach& reach,
                                        const Actor& actor, const DirectoryBackend& backend,
                                        store::Directory& store) {
  auto row = FindStoredTenant(request.scope().tenant_id(), reach, *backend.configured(), store);
  if (!row) return std::move(row.error());
  auto before = ToProto(*row);
  if (!before) return std::move(before.error());
  v1::Tenant tenant = *before;
  auto& boosts = *tenant.mutable_boosts();
  boosts.erase(
      std::remove_if(boosts.begin(), boosts.end(),
                     [&](const v1::Boost& boost) { return TimeOf(boost.until()) <= actor.now; }),
      boosts.end());
  if (boosts.size() >= kMostBoosts) {
    return WrongState("the tenant has " + std::to_string(kMostBoosts) + " boosts already");
  }
  *boosts.Add() = request.boost();
  if (auto good = backend.check_tenant(tenant); !good) return std::move(good.error());
  row->body = BodyOf(tenant);
  auto changed = store.PutTenant(*row, EntryOf(actor, "limit.boost", request.scope(),
                                               ChangeJson(v1::Boost(), request.boost())));
  if (!changed) return std::move(changed.error());
  v1::BoostLimitResponse response;
  if (!backend.limits) return response;
  auto limits = backend.limits(request.scope());
  if (!limits) return std::move(limits.error());
  for (v1::LimitState& limit : *limits) *response.add_limits() = std::move(limit);
  return response;
}

// It is settled before it is written down: what the shared store refuses was no change.
Result<v1::ResolveDoubtResponse> Resolve(const v1::ResolveDoubtRequest& request, const Actor& actor,
                                         const DirectoryBackend& backend, store::Directory& store) {
  auto limit = backend.resolve_doubt(request);
  if (!limit) return std::move(limit.error());
  auto written = store.Audit(EntryOf(actor, "limit.resolve", request.scope(),
                                     ChangeJson(v1::ResolveDoubtRequest(), request)));
  if (!written) return std::move(written.error());
  v1::ResolveDoubtResponse response;
  *response.mutable_limit() = *std::move(limit);
  return response;
}

}  // namespace

Begun NewBoostLimit(const v1::BoostLimitRequest& request, const DirectoryBackend& backend,
                    const upstream::Runtime& runtime, const gateway::CallContext& context,
                    gateway::Operation::Observer& observer) {
  if (auto good = MustBeAdmin(context.principal); !good) return std::move(good.error());
  const WallTime now = runtime.timers.clock().WallNow();
  if (auto good = CheckBoost(request, now); !good) return std::move(good.error());
  auto reach = ReachToChange(context.principal);
  return Begun(std::make_unique<DirectoryQuery<v1::BoostLimitResponse>>(
      backend, runtime, context, observer,
      [request, reach = *reach, actor = ActorOf(context, now), &backend](store::Directory& store) {
        return AddBoost(request, reach, actor, backend, store);
      }));
}

Begun NewResolveDoubt(const v1::ResolveDoubtRequest& request, const DirectoryBackend& backend,
                      const upstream::Runtime& runtime, const gateway::CallContext& context,
                      gateway::Operation::Observer& observer) {
  if (auto good = MustBeAdmin(context.principal); !good) return std::move(good.error());
  if (!backend.resolve_doubt) {
    return WrongState("this gateway shares no budgets with others, so nothing of one is in doubt");
  }
  if (!IsMeter(request.meter())) return InvalidField("meter", "is missing");
  if (request.replica().empty()) return InvalidField("replica", "is missing");
  if (request.used() < 0) return InvalidField("used", "is negative");
  return Begun(std::make_unique<DirectoryQuery<v1::ResolveDoubtResponse>>(
      backend, runtime, context, observer,
      [request, actor = ActorOf(context, runtime.timers.clock().WallNow()),
       &backend](store::Directory& store) { return Resolve(request, actor, backend, store); }));
}

}  // namespace inferwire::endpoints
