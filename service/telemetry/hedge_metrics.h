// What became of the second attempts that routes make beside one that is late, and why others were
// not made. Thread-safe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "telemetry/counter_set.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class HedgeFamilies;

// Why a call that was late enough, and whose caller asked for it, got none.
enum class HedgeDenied {
  kBudget,    // the route has made as many as it may
  kDeadline,  // less than half of the call's time is left
  kAttempts,  // the call may make no more
  kLoad,      // the gateway has too much to do, or too little memory
  kPlace,     // there is nowhere else, or nobody there takes it now
};

struct HedgeLimits {
  size_t routes = 50;
};

// One route.
class HedgeMetrics {
 public:
  HedgeMetrics(HedgeFamilies& families, const std::string& route);

  // won: it had the first byte.
  void Ended(bool won) { ended_[won ? 1 : 0].Increment(); }
  void Denied(HedgeDenied why) { denied_[static_cast<size_t>(why)].Increment(); }

 private:
  CounterSet ended_, denied_;
};

class HedgeFamilies {
 public:
  explicit HedgeFamilies(Metrics& metrics);

  // It stays: a route asks once.
  HedgeMetrics& Route(std::string_view route);

 private:
  friend HedgeMetrics;

  CounterFamily &ended_, &denied_;
  LabelGuard guard_;
  HandleMap<HedgeMetrics> routes_;
};

}  // namespace inferwire::telemetry
