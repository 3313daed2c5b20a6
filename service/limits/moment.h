// One instant by both clocks: flows are counted by the steady one, days and months by the wall's.
// Read once per call, so that all its meters are asked about the same instant.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::limits {

// Whole seconds since 1970.
inline int64_t SecondsOf(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

struct Moment {
  static Moment Of(const Clock& clock) { return {clock.Now(), clock.WallNow()}; }

  SteadyTime steady;
  WallTime wall;
};

}  // namespace inferwire::limits
