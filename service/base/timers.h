// The timers of one loop. Not thread-safe: a timer is set, cancelled and fired on the loop's
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"

namespace inferwire {

class Timers;

// One deadline and what to do then. Destroying it cancels it. Must not outlive its Timers.
class Timer {
 public:
  Timer(Timers& timers, std::function<void()> on_fire);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Replaces an earlier deadline.
  void Set(SteadyTime due);
  // In a later turn of the loop, for a slice of long work: of all timers that are set so, one fires
  // in a turn, in the order in which they were set. However much long work there is, it takes one
  // slice from a turn.
  void SetBackground();
  void Cancel();
  bool pending() const { return due_ || background_; }

 private:
  friend class Timers;
  Timers& timers_;
  std::function<void()> on_fire_;
  std::optional<SteadyTime> due_;
  bool background_ = false;
  std::uint64_t turn_ = 0;
};

class Timers {
 public:
  explicit Timers(const Clock& clock) : clock_(clock) {}

  // One turn. Fires what is due, earliest first, and of the same moment what was set first, and one
  // background timer; true if anything was. A timer's action may set, cancel and destroy any timer,
  // itself included.
  bool FireDue();
  std::optional<SteadyTime> NextDue() const;
  SteadyTime Now() const { return clock_.Now(); }
  const Clock& clock() const { return clock_; }

 private:
  friend class Timer;
  const Clock& clock_;
  std::uint64_t turns_ = 0;
  std::map<std::pair<SteadyTime, std::uint64_t>, Timer*> pending_;
  std::map<std::uint64_t, Timer*> background_;

  static void Fire(Timer& timer);
};

}  // namespace inferwire
