// A clock that stands still until it is told to move.
#pragma once

#include "base/clock.h"

namespace inferwire {

class ManualClock final : public Clock {
 public:
  SteadyTime Now() const override {
    return SteadyTime(std::chrono::hours(1)) + (elapsed_ += each_look_);
  }
  WallTime WallNow() const override {
    return WallTime(std::chrono::hours(24 * 365 * 50)) +
           std::chrono::duration_cast<WallTime::duration>(elapsed_);
  }
  void Advance(Duration duration) { elapsed_ += duration; }
  // From now on whoever looks finds it so much later: for what is bounded by the time it takes.
  void AdvanceOnEachLook(Duration duration) { each_look_ = duration; }

 private:
  mutable Duration elapsed_{};
  Duration each_look_{};
};

}  // namespace inferwire
