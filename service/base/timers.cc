#include "base/timers.h"

namespace llmgate {

Timer::Timer(Timers& timers, std::function<void()> on_fire)
    : timers_(timers), on_fire_(std::move(on_fire)) {}

Timer::~Timer() { Cancel(); }

void Timer::Set(SteadyTime due) {
  Cancel();
  due_ = due;
  turn_ = ++timers_.turns_;
  timers_.pending_.emplace(std::pair(due, turn_), this);
}

void Timer::Cancel() {
  if (!due_) return;
  timers_.pending_.erase({*due_, turn_});
  due_.reset();
}

bool Timers::FireDue() {
  if (pending_.empty()) return false;
  const SteadyTime now = clock_.Now();
  bool fired = false;
  while (!pending_.empty() && pending_.begin()->first.first <= now) {
    Timer* timer = pending_.begin()->second;
    timer->Cancel();
    fired = true;
    const auto action = timer->on_fire_;  // a copy: the action may destroy the timer
    action();
  }
  return fired;
}

std::optional<SteadyTime> Timers::NextDue() const {
  if (pending_.empty()) return std::nullopt;
  return pending_.begin()->first.first;
}

}  // namespace llmgate
