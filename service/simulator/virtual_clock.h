// The time of what is kept: the clock's, and what tests have advanced it by, so that a day
// passes in a moment. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::simulator {

class VirtualClock {
 public:
  explicit VirtualClock(const Clock& clock) : clock_(clock) {}

  WallTime Now() const {
    return clock_.WallNow() +
           std::chrono::duration_cast<WallTime::duration>(Duration(advanced_.load()));
  }
  void Advance(Duration by) { advanced_ += by.count(); }

 private:
  const Clock& clock_;
  std::atomic<int64_t> advanced_{0};
};

inline int64_t UnixSeconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace inferwire::simulator
