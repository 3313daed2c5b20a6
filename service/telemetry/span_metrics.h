// The export of spans. Thread-safe.
#pragma once

#include <cstddef>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

// Why a span never reached the collector.
enum class SpanDrop { kQueueFull, kExportFailed, kRejected };

class SpanMetrics {
 public:
  explicit SpanMetrics(Metrics& metrics);

  void Exported(size_t spans) { exported_.Increment(static_cast<double>(spans)); }
  void Dropped(SpanDrop why, size_t spans) {
    dropped_[static_cast<size_t>(why)].Increment(static_cast<double>(spans));
  }

 private:
  Counter& exported_;
  CounterSet dropped_;
};

}  // namespace inferwire::telemetry
