// A clock that stands still until it is told to move. Any thread may look.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace inferwire {

class ManualClock final : public Clock {
 public:
  SteadyTime Now() const override {
    const Duration look{each_look_.load()};
    return SteadyTime(std::chrono::hours(1)) + Duration(elapsed_.fetch_add(look.count())) + look;
  }
  WallTime WallNow() const override {
    return WallTime(std::chrono::hours(24 * 365 * 50)) +
           std::chrono::duration_cast<WallTime::duration>(Duration(elapsed_.load()));
  }
  void Advance(Duration duration) { elapsed_ += duration.count(); }
  // From now on whoever looks finds it so much later: for what is bounded by the time it takes.
  void AdvanceOnEachLook(Duration duration) { each_look_ = duration.count(); }

 private:
  mutable std::atomic<Duration::rep> elapsed_{0};
  std::atomic<Duration::rep> each_look_{0};
};

}  // namespace inferwire
