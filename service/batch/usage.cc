#include "batch/usage.h"

#include <chrono>
#include <string_view>

#include "gateway/caller_limits.h"
#include "ledger/record.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/model_metrics.h"
#include "tenancy/principal.h"
#include "upstream/booked_model.h"

namespace inferwire::batch {
namespace {

constexpr ledger::Source kSource = ledger::Source::kProvider;

// Empty: its owner is none.
std::string_view TenantOf(const store::Job& job) {
  std::string_view tenant = job.owner;
  if (!tenancy::IsOwnerOfTenant(tenant)) return {};
  tenant.remove_prefix(std::string_view(tenancy::Principal::kOwnerPrefix).size());
  return tenant;
}

store::UsageRow NamesOf(const WorkerContext& work, const store::Job& job,
                        const store::Shard& shard) {
  store::UsageRow row;
  row.hour = std::chrono::floor<std::chrono::hours>(work.WallNow().time_since_epoch()).count();
  const std::string_view tenant = TenantOf(job);
  row.tenant = tenant.empty() ? std::string_view(job.owner) : tenant;
  row.team = job.team;
  row.key = job.key;
  row.model = upstream::BookedModel(work.runtime.router, shard.upstream, shard.model,
                                    /*answered=*/true, work.ledger);
  row.upstream = shard.upstream;
  row.operation = "batch";
  row.source = static_cast<int64_t>(kSource);
  return row;
}

}  // namespace

ResultsUsage::ResultsUsage(const WorkerContext& work, const store::Job& job,
                           const store::Shard& shard)
    : work_(work), job_(job), shard_(shard), before_(shard.usage) {
  if (work_.ledger) booked_ = NamesOf(work, job, shard);
}

void ResultsUsage::Added() const {
  const store::Tokens& now = shard_.usage;
  if (work_.ledger) {
    work_.ledger->Booked(static_cast<size_t>(kSource), now.answers - before_.answers);
  }
  telemetry::ModelMetrics& model =
      work_.runtime.metrics.models.With("batch", shard_.upstream, shard_.model);
  model.TokenDetails(now.cached - before_.cached, now.reasoning - before_.reasoning);
  model.Cost(now.picousd - before_.picousd);
  for (int64_t i = before_.unpriced; i < now.unpriced; ++i) model.Unpriced();
  for (int64_t i = before_.differing; i < now.differing; ++i) model.CostDiffers();
  if (work_.runtime.caller_limits && !TenantOf(job_).empty()) {
    work_.runtime.caller_limits->Spend({TenantOf(job_), job_.team, job_.key},
                                       now.picousd - before_.picousd);
  }
  work_.runtime.metrics.callers.Used(
      job_.owner,
      {now.input - before_.input, now.output - before_.output, now.picousd - before_.picousd});
}

}  // namespace inferwire::batch
