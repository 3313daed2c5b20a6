// What a worker lends to the jobs that it works on. Outlives them; one thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/batch_metrics.h"
#include "base/log.h"
#include "batch/options.h"
#include "openai/operation.h"
#include "store/jobs.h"

namespace inferwire::batch {

// A number of places; whoever gets none is told by Work::kick when one is free again.
class Places {
 public:
  explicit Places(size_t count) : free_(count) {}
  bool Take() {
    if (free_ == 0) return false;
    --free_;
    return true;
  }
  void Give() { ++free_; }

 private:
  size_t free_;
};

struct Work {
  const openai::Runtime& runtime;
  store::Jobs& jobs;
  const Options& options;
  Log& log;
  BatchMetrics& metrics;
  Places& transfers;
  // Items in flight at an upstream without batches, by its name.
  std::map<std::string, Places>& local;
  // Counts how often a shard of ours has left its model's queue.
  uint64_t& room_made;
  // Something became free: every job looks again, soon.
  std::function<void()> kick;

  SteadyTime Now() const { return runtime.timers.Now(); }
  WallTime WallNow() const { return runtime.timers.clock().WallNow(); }
  Places& LocalPlaces(const std::string& upstream) const {
    const auto count = static_cast<size_t>(options.FactsOf(upstream).concurrency);
    return local.try_emplace(upstream, count).first->second;
  }
};

}  // namespace inferwire::batch
