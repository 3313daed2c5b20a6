// The configuration in use, and how often it was read again. Thread-safe.
#pragma once

#include <mutex>
#include <string>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

// What came of reading the configuration again.
enum class ReloadResult { kApplied, kUnchanged, kRejected };

class ConfigMetrics {
 public:
  explicit ConfigMetrics(Metrics& metrics);

  // good: nothing that was read last is refused.
  void Reloaded(ReloadResult result, bool good);
  // The configuration in use from now on; the hash tells it from others.
  void InUse(const std::string& hash, WallTime since);

 private:
  CounterSet reloads_;
  Gauge& good_;
  GaugeFamily &since_, &info_;
  std::mutex mutex_;         // of in_use_
  Gauge* in_use_ = nullptr;  // of the configuration in use
};

}  // namespace inferwire::telemetry
