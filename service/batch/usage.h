// What the results of batches used, in the metrics of their model and of their caller.
#pragma once

#include "batch/worker_context.h"
#include "store/job.h"

namespace inferwire::batch {

// After results were stored: the shard's use has grown since `before`.
void CountUsage(const WorkerContext& work, const store::Job& job, const store::Shard& shard,
                const store::Tokens& before);

}  // namespace inferwire::batch
