#include "telemetry/log_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::telemetry {

LogMetrics::LogMetrics(Metrics& metrics)
    : dropped_(metrics
                   .Counters("inferwire_log_records_dropped_total",
                             "Log records dropped by a full queue.")
                   .Add({})) {}

void LogMetrics::Dropped(uint64_t total) {
  std::lock_guard lock(mutex_);
  if (total <= counted_) return;
  dropped_.Increment(static_cast<double>(total - counted_));
  counted_ = total;
}

}  // namespace inferwire::telemetry
