// What a worker lends to the jobs that it works on. Outlives them; one thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "batch/options.h"
#include "gateway/operation.h"
#include "store/jobs.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/log.h"
#include "upstream/runtime.h"

namespace inferwire::batch {

// Counts what may run at once; whoever gets none is told by WorkerContext::notify when one is free
// again.
class Semaphore {
 public:
  explicit Semaphore(size_t count) : free_(count) {}
  bool Take() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  void Give() { ++free_; }

 private:
  size_t free_;
};

struct WorkerContext {
  const upstream::Runtime& runtime;
  store::Jobs& jobs;
  const Options& options;
  telemetry::Log& log;
  telemetry::BatchMetrics& metrics;
  telemetry::LedgerMetrics* ledger;  // null: nothing is booked
  Semaphore& transfers;
  // Items in flight at an upstream without batches, by its name.
  std::map<std::string, Semaphore>& local;
  // Counts how often a shard of ours has left its model's queue.
  uint64_t& room_made;
  // Something became free: every job looks again, soon.
  std::function<void()> notify;

  SteadyTime Now() const { return runtime.timers.Now(); }
  WallTime WallNow() const { return runtime.timers.clock().WallNow(); }
  Semaphore& LocalSemaphore(const std::string& upstream) const {
    const auto count = static_cast<size_t>(options.FactsOf(upstream).concurrency);
    return local.try_emplace(upstream, count).first->second;
  }
};

}  // namespace inferwire::batch
