// How long to wait before something that failed is tried again: twice as long each time, up to a
// bound.
#pragma once

#include <algorithm>

#include "base/clock.h"
#include "base/random.h"

namespace inferwire {

// failures: so far, from 1.
inline Duration Backoff(Duration first, Duration most, int64_t failures) {
  const auto doublings = static_cast<int>(std::clamp<int64_t>(failures - 1, 0, 16));
  return std::min(most, first * (1 << doublings));
}

// Between half of that and all of it, so that those that failed together do not come back together.
inline Duration Backoff(Duration first, Duration most, int64_t failures, Random& random) {
  const double part = 0.5 + random.Uniform() / 2;
  return std::chrono::duration_cast<Duration>(Backoff(first, most, failures) * part);
}

}  // namespace inferwire
