// Calls that wait for room under their callers' limits (inferwire_queue_*). Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

// How a call left the queue: the order of the label's values.
enum class QueueEnd { kServed, kExpired, kCancelled, kRefused };
// What was full: the order of the label's values.
enum class QueueBound { kCalls, kCallsPerTenant, kBytes };

class QueueMetrics {
 public:
  explicit QueueMetrics(Metrics& metrics);

  // priority: a number below the number of priorities.
  void Waits(size_t priority, int64_t bytes);
  void Left(size_t priority, QueueEnd how, int64_t bytes);
  // It had waited so long, and was told so much when it came.
  void Served(size_t priority, Duration waited, Duration expected);
  void Full(QueueBound bound) { full_[static_cast<size_t>(bound)].Increment(); }

 private:
  static constexpr size_t kPriorities = 3;

  std::array<Gauge*, kPriorities> calls_{};
  std::array<Histogram*, kPriorities> waits_{};
  Histogram& eta_error_;
  Gauge& bytes_;
  CounterSet left_, full_;
};

}  // namespace inferwire::telemetry
