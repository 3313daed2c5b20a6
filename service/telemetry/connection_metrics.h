// The connections of callers. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

// Why a client's connection was closed at once; kSilent: to make room, since it had not begun to
// speak.
enum class Refusal { kLimit, kPeerLimit, kDescriptors, kSilent };

// Why a client's connection was ended in spite of its calls.
enum class ConnectionFailure { kProtocol, kFlood, kPings, kPreface, kKeepalive };

class ConnectionMetrics {
 public:
  explicit ConnectionMetrics(Metrics& metrics);

  // So many more, or fewer: there may be several listeners.
  void Opened(int64_t connections) { open_.Increment(static_cast<double>(connections)); }
  void Refused(Refusal why) { refused_[static_cast<size_t>(why)].Increment(); }
  void Failed(ConnectionFailure why) { failed_[static_cast<size_t>(why)].Increment(); }
  // It had ended, and the client did not close it in time.
  void Abandoned() { abandoned_.Increment(); }

 private:
  Gauge& open_;
  CounterSet refused_, failed_;
  Counter& abandoned_;
};

}  // namespace inferwire::telemetry
