// The transitions of a place. All are rare: under the mutex.
#include <algorithm>

#include "base/backoff.h"
#include "routing/place_state.h"
#include "routing/place_time.h"

namespace inferwire::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int64_t kWithoutGood = Nanoseconds(milliseconds(500));
constexpr int64_t kForgiven = Nanoseconds(minutes(5));
constexpr Duration kAloneFirst = seconds(1), kAloneMost = seconds(5);
constexpr int kProofs = 4;      // good probes until it is up
constexpr int kMostProbes = 3;  // at a time, after the first
constexpr int kChecks = 2;      // good ones until it is probed, bad ones until it is out
constexpr int kMostDoubled = 5;

}  // namespace

void PlaceState::Configure(const BreakerOptions& options) {
  const std::lock_guard lock(mutex_);
  options_ = options;
}

void PlaceState::Transit(SteadyTime now, v1::ErrorReason cause, const std::function<void()>& act) {
  const Condition before = At(now);
  act();
  const Condition after = At(now);
  if (after != before && on_change_) on_change_(*this, {before, after, cause});
}

void PlaceState::OpenIfBad(int64_t now, int run, v1::ErrorReason reason) {
  const std::lock_guard lock(mutex_);
  if (phase_.load(kRelaxed) != Phase::kUp) return;  // another call was first
  const bool in_a_row = options_.failures > 0 && run >= options_.failures &&
                        now - last_good_.load(kRelaxed) >= kWithoutGood;
  const auto too_many = [&] {
    if (options_.ratio <= 0) return false;
    const Tally tally = Sum(now);
    const int64_t all = tally.good + tally.failed;
    return all >= options_.of && tally.failed * 100 >= all * options_.ratio;
  };
  if (in_a_row || too_many()) OpenLocked(now, reason);
}

void PlaceState::OpenLocked(int64_t now, v1::ErrorReason reason) {
  Transit(SteadyTime(Duration(now)), reason, [&] {
    if (phase_.load(kRelaxed) == Phase::kUp && now - up_since_ > kForgiven) outs_ = 0;
    ++outs_;
    out_from_ = now;
    out_until_.store(now + Nanoseconds(Backoff(options_.out, options_.out_most, outs_)), kRelaxed);
    cause_.store(reason, kRelaxed);
    checks_ = 0;
    nobody_there_ = reason == v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
    phase_.store(Phase::kOut, kRelaxed);
  });
}

int64_t PlaceState::AloneFromLocked() const {
  const int64_t wait = Nanoseconds(Backoff(kAloneFirst, kAloneMost, outs_));
  return std::min(out_from_ + wait, out_until_.load(kRelaxed));
}

void PlaceState::StartProbingLocked() {
  if (++probing_ == 0) ++probing_;
  probes_ = proofs_ = 0;
  phase_.store(Phase::kProbing, kRelaxed);
}

bool PlaceState::TryProbe(int64_t now, bool alone, Ticket* ticket) {
  const std::lock_guard lock(mutex_);
  if (phase_.load(kRelaxed) == Phase::kUp) return true;
  if (phase_.load(kRelaxed) == Phase::kOut) {
    if (now < (alone ? AloneFromLocked() : out_until_.load(kRelaxed))) return false;
    StartProbingLocked();
    if (on_change_) on_change_(*this, {Condition::kOut, Condition::kProbing, {}});
  }
  if (probes_ >= (proofs_ == 0 ? 1 : kMostProbes)) return false;
  ++probes_;
  if (ticket) ticket->probe_of = probing_;
  return true;
}

void PlaceState::EndProbe(Ended ended, int64_t now, v1::ErrorReason reason, const Ticket* ticket) {
  const std::lock_guard lock(mutex_);
  if (phase_.load(kRelaxed) != Phase::kProbing || probes_ == 0) return;
  if (ticket && ticket->probe_of != probing_) return;
  --probes_;
  if (ended == Ended::kFailed) return OpenLocked(now, reason);
  if (ended == Ended::kGood && ++proofs_ >= kProofs) {
    Transit(SteadyTime(Duration(now)), {}, [&] { CloseLocked(now, options_.warm_up); });
  }
}

void PlaceState::CloseLocked(int64_t now, Duration warm_up) {
  run_.store(0, kRelaxed);
  for (std::atomic<uint64_t>& slot : seconds_) slot.store(0, kRelaxed);
  last_good_.store(now, kRelaxed);
  warm_from_.store(now, kRelaxed);
  warm_until_.store(now + Nanoseconds(warm_up), kRelaxed);
  cause_.store(0, kRelaxed);
  up_since_ = now;
  probes_ = proofs_ = checks_ = 0;
  phase_.store(Phase::kUp, kRelaxed);
}

void PlaceState::CoolDown(SteadyTime until, SteadyTime now, v1::ErrorReason cause) {
  const std::lock_guard lock(mutex_);
  Transit(now, cause, [&] {
    cool_until_.store(std::max(cool_until_.load(kRelaxed), Nanoseconds(until)), kRelaxed);
    if (phase_.load(kRelaxed) == Phase::kUp) cause_.store(cause, kRelaxed);
  });
}

void PlaceState::Drain(SteadyTime until, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Transit(now, {}, [&] { drained_until_.store(Nanoseconds(until), kRelaxed); });
}

void PlaceState::Undrain(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Transit(now, {}, [&] { drained_until_.store(kLongAgo, kRelaxed); });
}

void PlaceState::Reset(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Transit(now, {}, [&] {
    outs_ = 0;
    cool_until_.store(kLongAgo, kRelaxed);
    CloseLocked(Nanoseconds(now), Duration::zero());
  });
}

void PlaceState::WarmUp(SteadyTime at) {
  const std::lock_guard lock(mutex_);
  if (phase_.load(kRelaxed) != Phase::kUp) return;  // it will, once it is up
  const int64_t now = Nanoseconds(at);
  warm_from_.store(now, kRelaxed);
  warm_until_.store(now + Nanoseconds(options_.warm_up), kRelaxed);
}

void PlaceState::Checked(bool good, SteadyTime began, SteadyTime at, v1::ErrorReason reason) {
  const std::lock_guard lock(mutex_);
  const int64_t now = Nanoseconds(at);
  switch (phase_.load(kRelaxed)) {
    case Phase::kUp:
      return CheckUpLocked(good, Nanoseconds(began), now, reason);
    case Phase::kProbing:
      return CheckProbingLocked(good, now, reason);
    case Phase::kOut:
      break;
  }
  if (Nanoseconds(began) < out_from_) return;
  checks_ = good ? checks_ + 1 : 0;
  if (checks_ < kChecks << std::min(outs_ - 1, kMostDoubled)) return;
  Transit(at, {}, [&] { StartProbingLocked(); });
}

// Calls know better, as long as there are any.
void PlaceState::CheckUpLocked(bool good, int64_t began, int64_t now, v1::ErrorReason reason) {
  if (checks_ == 0 || last_good_.load(kRelaxed) > bad_since_) {
    checks_ = 0;
    bad_since_ = began;
  }
  checks_ = good ? 0 : checks_ + 1;
  if (checks_ < kChecks) return;
  OpenLocked(now, reason);
  nobody_there_ = true;
}

void PlaceState::CheckProbingLocked(bool good, int64_t now, v1::ErrorReason reason) {
  if (!good) return OpenLocked(now, reason);
  // Calls that failed after good checks have shown that those prove nothing.
  if (!nobody_there_ || outs_ > 1 || ++proofs_ < kProofs) return;
  Transit(SteadyTime(Duration(now)), {}, [&] { CloseLocked(now, options_.warm_up); });
}

std::optional<SteadyTime> PlaceState::BackAt(SteadyTime now, bool alone) const {
  const std::lock_guard lock(mutex_);
  int64_t at = std::max(drained_until_.load(kRelaxed), cool_until_.load(kRelaxed));
  if (phase_.load(kRelaxed) == Phase::kOut) {
    at = std::max(at, alone ? AloneFromLocked() : out_until_.load(kRelaxed));
  }
  if (at <= Nanoseconds(now) || at == INT64_MAX) return std::nullopt;
  return SteadyTime(Duration(at));
}

}  // namespace inferwire::routing
