// Limits that replicas share by a store (inferwire_lease_*, inferwire_budget_*). Where they do not,
// nothing is ever wrong with it. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class LeaseMetrics {
 public:
  explicit LeaseMetrics(Metrics& metrics);

  void StoreUp(bool up) { up_.Set(up ? 1 : 0); }
  // kind: 0 flow, 1 stock, 2 register; result: 0 ok, 1 timeout, 2 late, 3 error.
  void Exchanged(size_t kind, size_t result, Duration took);
  void Live(int replicas) { live_.Set(replicas); }
  // By scope, in pico-USD; what is not named is not in doubt.
  void InDoubt(const std::map<std::string, int64_t>& picousd);
  void Overrun(int64_t picousd) {
    overrun_.Increment(static_cast<double>(picousd) * kUsdPerPicoUsd);
  }

 private:
  static constexpr size_t kKinds = 3, kResults = 4;

  Gauge& up_;
  CounterSet exchanges_;  // kind x result
  Histogram* seconds_[kKinds];
  Gauge& live_;
  GaugeFamily& in_doubt_;
  Counter& overrun_;
  LabelGuard guard_;                      // scope
  std::map<std::string, Gauge*> doubts_;  // that were ever shown; one thread
};

}  // namespace inferwire::telemetry
