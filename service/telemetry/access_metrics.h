// Calls of known callers that were refused what they asked for. Thread-safe.
#pragma once

#include <cstddef>

#include "telemetry/counter_set.h"

namespace inferwire::telemetry {

class Metrics;

enum class AccessRefusal { kTenantDisabled, kOperation, kModel, kOutputLimit };

class AccessMetrics {
 public:
  explicit AccessMetrics(Metrics& metrics);

  void Refused(AccessRefusal why) { refused_[static_cast<size_t>(why)].Increment(); }

 private:
  CounterSet refused_;
};

}  // namespace inferwire::telemetry
