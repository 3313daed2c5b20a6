// Instants for tests of meters: a steady clock and a wall clock that move by hand, apart if need
// be.
#pragma once

#include <chrono>
#include <string>

#include "limits/moment.h"

namespace inferwire::limits {

// Seconds since 1970 of 2026-11-29T12:00:00Z, a Sunday.
inline constexpr int64_t kNoon = 1'795'953'600;

struct Times {
  Moment now{SteadyTime(std::chrono::hours(1)), WallTime(std::chrono::seconds(kNoon))};

  void Pass(Duration time) {
    now.steady += time;
    now.wall += std::chrono::duration_cast<WallTime::duration>(time);
  }
  void SetWall(int64_t seconds) { now.wall = WallTime(std::chrono::seconds(seconds)); }
};

}  // namespace inferwire::limits
