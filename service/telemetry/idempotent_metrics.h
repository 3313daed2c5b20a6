// Calls that came with an idempotency key: what they were answered with, and what is kept for the
// next. Thread-safe.
#pragma once

#include <cstddef>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

enum class KeyResult {
  kFirst,       // it was run
  kAttached,    // to one that runs
  kReplayed,    // what an earlier one was told
  kReused,      // refused: the key stands for another request
  kInProgress,  // refused: too much was said already
  kGone,        // refused: the answer is not kept
  kUnknown,     // refused: the replica that ran it is gone
  kRefused,     // as many wait as may
  kLocal,       // run without the store's word: it was not reached
};

class IdempotentMetrics {
 public:
  explicit IdempotentMetrics(Metrics& metrics);

  void Called(KeyResult result) { results_[static_cast<size_t>(result)].Increment(); }
  void Kept(size_t bytes) { kept_.Set(static_cast<double>(bytes)); }
  void Waiting(size_t calls) { waiting_.Set(static_cast<double>(calls)); }

 private:
  CounterSet results_;
  Gauge& kept_;
  Gauge& waiting_;
};

}  // namespace inferwire::telemetry
