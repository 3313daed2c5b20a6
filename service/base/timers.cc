#include "base/timers.h"

namespace inferwire {

Timer::Timer(Timers& timers, std::function<void()> on_fire)
    : timers_(timers), on_fire_(std::move(on_fire)) {}

Timer::~Timer() { Cancel(); }

void Timer::Set(SteadyTime due) {
  Cancel();
  due_ = due;
  turn_ = ++timers_.turns_;
  timers_.pending_.emplace(std::pair(due, turn_), this);
}

void Timer::SetBackground() {
  Cancel();
  background_ = true;
  turn_ = ++timers_.turns_;
  timers_.background_.emplace(turn_, this);
}

void Timer::Cancel() {
  if (background_) {
    timers_.background_.erase(turn_);
    background_ = false;
  }
  if (!due_) return;
  timers_.pending_.erase({*due_, turn_});
  due_.reset();
}

void Timers::Fire(Timer& timer) {
  timer.Cancel();
  const auto action = timer.on_fire_;  // a copy: the action may destroy the timer
  action();
}

bool Timers::FireDue() {
  bool fired = false;
  if (!pending_.empty()) {
    const SteadyTime now = clock_.Now();
    while (!pending_.empty() && pending_.begin()->first.first <= now) {
      fired = true;
      Fire(*pending_.begin()->second);
    }
  }
  if (!background_.empty()) {
    fired = true;
    Fire(*background_.begin()->second);
  }
  return fired;
}

std::optional<SteadyTime> Timers::NextDue() const {
  if (!background_.empty()) return clock_.Now();
  if (pending_.empty()) return std::nullopt;
  return pending_.begin()->first.first;
}

}  // namespace inferwire
