// The ledger: what is booked, and whether its files are. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

enum class LedgerFailure { kAllocate, kSync, kRecover, kUpload };

class LedgerMetrics {
 public:
  explicit LedgerMetrics(Metrics& metrics);

  // source: a ledger::Source.
  void Booked(size_t source, int64_t calls) {
    booked_[source].Increment(static_cast<double>(calls));
  }
  // Whether a model that no configuration names may be one of the sums' names.
  bool AdmitModel(std::string_view model) { return models_.Admit(model); }
  void Held(int64_t calls) { held_.Set(static_cast<double>(calls)); }
  void FreeSegments(int64_t segments) { free_segments_.Set(static_cast<double>(segments)); }
  // Records that the store does not have, and since when there have been any.
  void Unsent(uint64_t records, Duration since) {
    unsent_.Set(static_cast<double>(records));
    unsent_age_.Set(std::chrono::duration<double>(since).count());
  }
  void Failed(LedgerFailure what) { failures_[static_cast<size_t>(what)].Increment(); }

 private:
  CounterSet booked_, failures_;
  Gauge& held_;
  Gauge& free_segments_;
  Gauge& unsent_;
  Gauge& unsent_age_;
  LabelGuard models_;
};

}  // namespace inferwire::telemetry
