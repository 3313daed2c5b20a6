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

// Between half of that and all of it, for work in the background: those that failed together do not
// come back together, and none comes back at once.
inline Duration HalfJitterBackoff(Duration first, Duration most, int64_t failures, Random& random) {
  const double part = 0.5 + random.Uniform() / 2;
  return std::chrono::duration_cast<Duration>(Backoff(first, most, failures) * part);
}

// Anything up to that, for what somebody waits for: it spreads those that failed together as far as
// can be, and costs half the time.
inline Duration FullJitterBackoff(Duration first, Duration most, int64_t failures, Random& random) {
  return std::chrono::duration_cast<Duration>(Backoff(first, most, failures) * random.Uniform());
}

}  // namespace inferwire
