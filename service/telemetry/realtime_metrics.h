// Realtime sessions: how many there are, what goes through them, how they end. Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

class RealtimeMetrics {
 public:
  enum class Direction { kUp, kDown };

  explicit RealtimeMetrics(Metrics& metrics);

  void Began();
  // close_code: as the WebSocket ended; 1006: without one; 0: there was none.
  void Ended(uint16_t close_code, Duration lasted);
  // There are as many as there may be.
  void Refused() { refused_.Increment(); }
  int64_t sessions() const { return count_.load(std::memory_order_relaxed); }

  void Event(Direction direction) { events_[static_cast<size_t>(direction)].Increment(); }
  void Audio(Direction direction, size_t bytes) {
    audio_[static_cast<size_t>(direction)].Increment(static_cast<double>(bytes));
  }

 private:
  std::atomic<int64_t> count_{0};
  Gauge& sessions_;
  Counter& refused_;
  CounterSet events_, audio_, ends_;
  Histogram& seconds_;
};

}  // namespace inferwire::telemetry
