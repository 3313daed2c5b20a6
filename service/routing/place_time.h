// How PlaceState keeps time in atomics.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::routing {

inline constexpr auto kRelaxed = std::memory_order_relaxed;
// Before all times, and so far from the ends that differences do not overflow.
inline constexpr int64_t kLongAgo = INT64_MIN / 4;

constexpr int64_t Nanoseconds(Duration duration) { return duration.count(); }
constexpr int64_t Nanoseconds(SteadyTime time) {
  return std::chrono::duration_cast<Duration>(time.time_since_epoch()).count();
}

}  // namespace inferwire::routing
