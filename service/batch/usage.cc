#include "batch/usage.h"

#include "ledger/book.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/model_metrics.h"
#include "tenancy/principal.h"

namespace inferwire::batch {
namespace {

ledger::Names NamesOf(const store::Job& job, const store::Shard& shard) {
  ledger::Names names;
  names.tenant = job.owner;
  if (tenancy::IsOwnerOfTenant(names.tenant)) {
    names.tenant.remove_prefix(std::string_view(tenancy::Principal::kOwnerPrefix).size());
  }
  names.model = shard.model;
  names.upstream = shard.upstream;
  names.operation = "batch";
  return names;
}

// What was answered since then.
ledger::Usage UsageOf(const store::Tokens& now, const store::Tokens& before) {
  ledger::Usage usage;
  usage.calls = static_cast<uint32_t>(now.answers - before.answers);
  if (usage.calls == 0) return usage;
  usage.source = ledger::Source::kProvider;
  usage.unpriced = static_cast<uint32_t>(now.unpriced - before.unpriced);
  usage.input = now.input - before.input;
  usage.cached = now.cached - before.cached;
  usage.output = now.output - before.output;
  usage.reasoning = now.reasoning - before.reasoning;
  usage.picousd = now.picousd - before.picousd;
  return usage;
}

}  // namespace

ResultsUsage::ResultsUsage(const WorkerContext& work, const store::Job& job,
                           const store::Shard& shard)
    : work_(work), job_(job), shard_(shard), before_(shard.usage) {
  if (work_.ledger) begin_ = work_.ledger->Begin(NamesOf(job, shard), {});
}

ResultsUsage::~ResultsUsage() {
  if (!work_.ledger) return;
  const store::Tokens& now = added_ ? shard_.usage : before_;
  work_.ledger->End(begin_, NamesOf(job_, shard_), {}, UsageOf(now, before_));
}

void ResultsUsage::Added() {
  added_ = true;
  Count();
}

void ResultsUsage::Count() const {
  const store::Tokens& now = shard_.usage;
  telemetry::ModelMetrics& model =
      work_.runtime.metrics.models.With("batch", shard_.upstream, shard_.model);
  model.TokenDetails(now.cached - before_.cached, now.reasoning - before_.reasoning);
  model.Cost(now.picousd - before_.picousd);
  for (int64_t i = before_.unpriced; i < now.unpriced; ++i) model.Unpriced();
  for (int64_t i = before_.differing; i < now.differing; ++i) model.CostDiffers();
  work_.runtime.metrics.callers.Used(
      job_.owner,
      {now.input - before_.input, now.output - before_.output, now.picousd - before_.picousd});
}

}  // namespace inferwire::batch
