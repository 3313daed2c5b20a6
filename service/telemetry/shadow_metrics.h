// What became of the calls that routes send to a shadow, and what they cost. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class ShadowFamilies;

enum class ShadowOutcome {
  kAnswered,
  kFailed,
  kCancelled,  // with the gateway, or with the configuration that it was of
  kExcluded,   // by tags, by what the call needs or would leave behind, by its size: never sent
  kFull,       // as many are in flight as may be: never sent
  kBusy,       // the gateway has enough to do: never sent
  kMemory,     // it is short of memory: never sent, or given up
  kNoPlace,    // its upstream takes no calls, or no key is left: never sent
};

struct ShadowLimits {
  size_t routes = 50;
};

// One route.
class ShadowMetrics {
 public:
  ShadowMetrics(ShadowFamilies& families, const std::string& route);

  void Ended(ShadowOutcome outcome) { outcomes_[static_cast<size_t>(outcome)].Increment(); }
  void Cost(int64_t picousd) { cost_.Increment(static_cast<double>(picousd) * kUsdPerPicoUsd); }

 private:
  CounterSet outcomes_;
  Counter& cost_;
};

class ShadowFamilies {
 public:
  explicit ShadowFamilies(Metrics& metrics);

  // It stays: a route asks once.
  ShadowMetrics& Route(std::string_view route);

 private:
  friend ShadowMetrics;

  CounterFamily &calls_, &cost_;
  LabelGuard guard_;
  HandleMap<ShadowMetrics> routes_;
};

}  // namespace inferwire::telemetry
