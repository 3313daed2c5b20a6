// What the process holds for its calls, and what it refused or ended to stay within its bounds.
// Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdint>

#include "telemetry/counter_set.h"

namespace inferwire::telemetry {

// Why a call was refused.
enum class Shed { kInFlight, kCallerInFlight, kMemory, kCallerMemory };
// Why a call was ended before its caller had everything.
enum class CallEnded { kMemory, kUndelivered };

class LoadMetrics {
 public:
  explicit LoadMetrics(prometheus::Registry& registry);

  void Memory(int64_t held, int64_t limit);
  void Refused(Shed why) { shed_[static_cast<size_t>(why)].Increment(); }
  void Ended(CallEnded why) { ended_[static_cast<size_t>(why)].Increment(); }
  void Trimmed(int64_t bytes);

 private:
  prometheus::Gauge& held_;
  prometheus::Gauge& limit_;
  CounterSet shed_, ended_;
  prometheus::Counter& trimmed_;
};

}  // namespace inferwire::telemetry
