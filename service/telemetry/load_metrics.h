// What the process holds for its calls, and what it refused or ended to stay within its bounds.
// Thread-safe.
#pragma once

#include <cstdint>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

// Why a call was refused.
enum class Shed { kInFlight, kCallerInFlight, kMemory, kCallerMemory, kBusy, kLowPriority };
// Why a call was ended before its caller had everything.
enum class CallEnded { kMemory, kUndelivered };

class LoadMetrics {
 public:
  explicit LoadMetrics(Metrics& metrics);

  void Memory(int64_t held, int64_t limit);
  void Refused(Shed why) { shed_[static_cast<size_t>(why)].Increment(); }
  void Ended(CallEnded why) { ended_[static_cast<size_t>(why)].Increment(); }
  void Trimmed(int64_t bytes);

 private:
  Gauge& held_;
  Gauge& limit_;
  CounterSet shed_, ended_;
  Counter& trimmed_;
};

}  // namespace inferwire::telemetry
