#include "batch/usage.h"

#include "telemetry/caller_metrics.h"
#include "telemetry/model_metrics.h"

namespace inferwire::batch {

void CountUsage(const WorkerContext& work, const store::Job& job, const store::Shard& shard,
                const store::Tokens& before) {
  const store::Tokens& now = shard.usage;
  telemetry::ModelMetrics& model =
      work.runtime.metrics.models.With("batch", shard.upstream, shard.model);
  model.TokenDetails(now.cached - before.cached, now.reasoning - before.reasoning);
  model.Cost(now.picousd - before.picousd);
  for (int64_t i = before.unpriced; i < now.unpriced; ++i) model.Unpriced();
  for (int64_t i = before.differing; i < now.differing; ++i) model.CostDiffers();
  work.runtime.metrics.callers.Used(
      job.owner,
      {now.input - before.input, now.output - before.output, now.picousd - before.picousd});
}

}  // namespace inferwire::batch
