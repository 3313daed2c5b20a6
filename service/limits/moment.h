// One instant by both clocks: flows are counted by the steady one, days and months by the wall's.
// Read once per call, so that all its meters are asked about the same instant.
#pragma once

#include "base/clock.h"

namespace inferwire::limits {

struct Moment {
  static Moment Of(const Clock& clock) { return {clock.Now(), clock.WallNow()}; }

  SteadyTime steady;
  WallTime wall;
};

}  // namespace inferwire::limits
