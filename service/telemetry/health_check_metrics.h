// What came of the health checks of upstreams' places. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class HealthCheckFamilies;

enum class HealthCheck {
  kGood,
  kFailed,   // nobody answered in time, or with a failure
  kRefused,  // answered, but not for us: says nothing of the place
  kLate,     // still waiting for its turn when the next one was due
};

struct HealthCheckLimits {
  size_t upstreams = 20;
};

// One upstream. Its series are there from the start.
class HealthCheckMetrics {
 public:
  HealthCheckMetrics(HealthCheckFamilies& families, const std::string& provider);

  void Checked(HealthCheck result, size_t count = 1) {
    checks_[static_cast<size_t>(result)].Increment(static_cast<double>(count));
  }

 private:
  CounterSet checks_;
};

class HealthCheckFamilies {
 public:
  explicit HealthCheckFamilies(Metrics& metrics);

  // It stays.
  HealthCheckMetrics& Of(std::string_view provider);

 private:
  friend HealthCheckMetrics;

  CounterFamily& checks_;
  LabelGuard guard_;
  HandleMap<HealthCheckMetrics> upstreams_;
};

}  // namespace inferwire::telemetry
