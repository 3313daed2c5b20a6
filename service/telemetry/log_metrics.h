// What became of log records. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>

#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

class LogMetrics {
 public:
  explicit LogMetrics(Metrics& metrics);

  // The number of all records dropped so far.
  void Dropped(uint64_t total);

 private:
  Counter& dropped_;
  std::mutex mutex_;  // of counted_
  uint64_t counted_ = 0;
};

}  // namespace inferwire::telemetry
