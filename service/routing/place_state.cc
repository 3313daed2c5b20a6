#include "routing/place_state.h"

#include <algorithm>

#include "routing/place_time.h"

namespace inferwire::routing {
namespace {

constexpr int kSilentCalls = 10;
constexpr int64_t kSilentLeast = Nanoseconds(std::chrono::seconds(3));
constexpr int64_t kSecond = Nanoseconds(std::chrono::seconds(1));
constexpr double kLeastWarmth = 0.1;
constexpr uint64_t kMostCounted = 0xffff;

constexpr uint64_t Timing(int64_t mean, int64_t deviation) {
  return static_cast<uint64_t>(mean) << 32 | static_cast<uint64_t>(deviation);
}
constexpr int64_t MeanOf(uint64_t timing) { return static_cast<int64_t>(timing >> 32); }
constexpr int64_t DeviationOf(uint64_t timing) { return static_cast<int64_t>(timing & 0xffffffff); }

uint32_t SecondOf(int64_t now) { return static_cast<uint32_t>(now / kSecond); }

// Whether somebody there answered, be it with a refusal.
bool IsAnswer(PlaceState::Ended ended, v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_UNSPECIFIED:
      return ended != PlaceState::Ended::kNeutral;
    case v1::ERROR_REASON_CANCELLED:
    case v1::ERROR_REASON_DEADLINE:
    case v1::ERROR_REASON_UPSTREAM_TIMEOUT:
    case v1::ERROR_REASON_UPSTREAM_UNREACHABLE:
    case v1::ERROR_REASON_GATEWAY_ERROR:
    case v1::ERROR_REASON_GATEWAY_OVERLOADED:
    case v1::ERROR_REASON_GATEWAY_DRAINING:
      return false;
    default:
      return true;
  }
}

// It refuses what it has no time for.
bool IsOverload(v1::ErrorReason reason) {
  return reason == v1::ERROR_REASON_RATE_LIMITED || reason == v1::ERROR_REASON_UPSTREAM_OVERLOADED;
}

}  // namespace

std::string_view Name(Condition condition) {
  constexpr std::string_view kNames[] = {"up",           "warming_up", "silent", "probing",
                                         "cooling_down", "out",        "drained"};
  return kNames[static_cast<size_t>(condition)];
}

PlaceState::PlaceState(std::string name, BreakerOptions options, OnChange on_change)
    : name_(std::move(name)),
      on_change_(std::move(on_change)),
      waiting_since_(kLongAgo),
      last_answer_(kLongAgo),
      last_good_(kLongAgo),
      failing_since_(kLongAgo),
      out_until_(kLongAgo),
      cool_until_(kLongAgo),
      drained_until_(kLongAgo),
      warm_from_(kLongAgo),
      warm_until_(kLongAgo),
      options_(options),
      up_since_(kLongAgo) {}

Condition PlaceState::At(SteadyTime at) const {
  const int64_t now = Nanoseconds(at);
  const Phase phase = phase_.load(kRelaxed);
  if (now < drained_until_.load(kRelaxed)) return Condition::kDrained;
  if (phase == Phase::kOut && now < out_until_.load(kRelaxed)) return Condition::kOut;
  if (now < cool_until_.load(kRelaxed)) return Condition::kCoolingDown;
  if (phase != Phase::kUp) return Condition::kProbing;
  if (Silent(now)) return Condition::kSilent;
  return now < warm_until_.load(kRelaxed) ? Condition::kWarmingUp : Condition::kUp;
}

bool PlaceState::Silent(int64_t now) const {
  if (waiting_.load(kRelaxed) < kSilentCalls) return false;
  const int64_t too_long = std::max(kSilentLeast, 6 * Nanoseconds(mean()));
  return now - last_answer_.load(kRelaxed) > too_long &&
         now - waiting_since_.load(kRelaxed) > too_long;
}

bool PlaceState::TryBegin(SteadyTime at, bool alone, Ticket* ticket) {
  const int64_t now = Nanoseconds(at);
  if (ticket) *ticket = {};
  if (now < drained_until_.load(kRelaxed) || now < cool_until_.load(kRelaxed)) return false;
  if (!Enter()) return false;
  if (phase_.load(kRelaxed) != Phase::kUp && !TryProbe(now, alone, ticket)) {
    in_flight_.fetch_sub(1, kRelaxed);
    return false;
  }
  Begin(now);
  return true;
}

// Counts the call, unless there are as many as it takes.
bool PlaceState::Enter() {
  const int before = in_flight_.fetch_add(1, kRelaxed);
  const int limit = limiter_.limit();
  if (limit == 0 || before < limit) return true;
  in_flight_.fetch_sub(1, kRelaxed);
  return false;
}

void PlaceState::BeginAnyway(SteadyTime now, Ticket* ticket) {
  *ticket = {};
  in_flight_.fetch_add(1, kRelaxed);
  Begin(Nanoseconds(now));
}

void PlaceState::Begin(int64_t now) {
  if (waiting_.fetch_add(1, kRelaxed) == 0) waiting_since_.store(now, kRelaxed);
  // Whoever has never answered gets half a second too before the breaker judges it.
  if (last_good_.load(kRelaxed) == kLongAgo) last_good_.store(now, kRelaxed);
}

void PlaceState::Answered(SteadyTime at, Duration first_byte, Ticket& ticket) {
  if (ticket.answered) return;
  ticket.answered = true;
  const int64_t now = Nanoseconds(at);
  waiting_.fetch_sub(1, kRelaxed);
  last_answer_.store(now, kRelaxed);
  limiter_.Answered(first_byte, in_flight(), at);
  Good(now, first_byte);
  if (phase_.load(kRelaxed) != Phase::kUp) {
    EndProbe(Ended::kGood, now, v1::ERROR_REASON_UNSPECIFIED, &ticket);
  }
  ticket.probe_of = 0;
}

void PlaceState::End(Ended ended, SteadyTime at, std::optional<Duration> first_byte,
                     v1::ErrorReason reason, Ticket* ticket) {
  const int64_t now = Nanoseconds(at);
  const bool answered = ticket && ticket->answered;
  if (!answered && IsOverload(reason)) limiter_.Refused(in_flight(), at);
  in_flight_.fetch_sub(1, kRelaxed);
  if (!answered) {
    waiting_.fetch_sub(1, kRelaxed);
    if (IsAnswer(ended, reason)) last_answer_.store(now, kRelaxed);
    if (ended == Ended::kGood) Good(now, first_byte);
  }
  if (ended == Ended::kFailed) Failed(now, reason);
  if (phase_.load(kRelaxed) != Phase::kUp) EndProbe(ended, now, reason, ticket);
}

void PlaceState::Good(int64_t now, std::optional<Duration> first_byte) {
  Count(now, true);
  if (run_.load(kRelaxed) != 0) run_.store(0, kRelaxed);
  last_good_.store(now, kRelaxed);
  if (failing_since_.load(kRelaxed) != kLongAgo) failing_since_.store(kLongAgo, kRelaxed);
  if (first_byte) Learn(*first_byte);
  if (cause_.load(kRelaxed) != 0 && phase_.load(kRelaxed) == Phase::kUp &&
      now >= cool_until_.load(kRelaxed)) {
    cause_.store(0, kRelaxed);
  }
}

bool PlaceState::FailsAlone(SteadyTime now,
                            const std::function<bool(SteadyTime)>& answered_elsewhere) {
  int64_t since = kLongAgo;
  if (failing_since_.compare_exchange_strong(since, Nanoseconds(now), kRelaxed)) return false;
  return answered_elsewhere(SteadyTime(Duration(since)));
}

// Of one that has never answered, last_good_ is when it was first asked.
bool PlaceState::AnsweredSince(SteadyTime since, SteadyTime now) const {
  return last_good_.load(kRelaxed) > Nanoseconds(since) && Recent(now).good > 0;
}

void PlaceState::Failed(int64_t now, v1::ErrorReason reason) {
  Count(now, false);
  const int run = run_.fetch_add(1, kRelaxed) + 1;
  if (phase_.load(kRelaxed) == Phase::kUp) OpenIfBad(now, run, reason);
}

void PlaceState::Count(int64_t now, bool good) {
  const uint32_t second = SecondOf(now);
  std::atomic<uint64_t>& slot = seconds_[second % seconds_.size()];
  uint64_t seen = slot.load(kRelaxed), next = 0;
  do {
    const uint64_t base = seen >> 32 == second ? seen : uint64_t{second} << 32;
    const bool full = ((good ? base >> 16 : base) & kMostCounted) == kMostCounted;
    next = base + (full ? 0 : good ? 1 << 16 : 1);
  } while (!slot.compare_exchange_weak(seen, next, kRelaxed));
}

PlaceState::Tally PlaceState::Sum(int64_t now) const {
  const uint32_t second = SecondOf(now);
  Tally tally;
  for (const std::atomic<uint64_t>& slot : seconds_) {
    const uint64_t seen = slot.load(kRelaxed);
    if (second - static_cast<uint32_t>(seen >> 32) >= seconds_.size()) continue;
    tally.good += static_cast<int64_t>(seen >> 16 & kMostCounted);
    tally.failed += static_cast<int64_t>(seen & kMostCounted);
  }
  return tally;
}

PlaceState::Tally PlaceState::Recent(SteadyTime now) const { return Sum(Nanoseconds(now)); }

// Two threads at once may lose one's word: it is an estimate.
void PlaceState::Learn(Duration first_byte) {
  const int64_t took = std::clamp<int64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(first_byte).count(), 1, 0xffffffff);
  const uint64_t timing = timing_.load(kRelaxed);
  if (timing == 0) return timing_.store(Timing(took, took / 2), kRelaxed);
  const int64_t mean = MeanOf(timing), deviation = DeviationOf(timing);
  const int64_t off = took - mean;
  timing_.store(Timing(std::max<int64_t>(1, mean + off / 16),
                       deviation + ((off < 0 ? -off : off) - deviation) / 16),
                kRelaxed);
}

Duration PlaceState::mean() const {
  return std::chrono::microseconds(MeanOf(timing_.load(kRelaxed)));
}

Duration PlaceState::deviation() const {
  return std::chrono::microseconds(DeviationOf(timing_.load(kRelaxed)));
}

double PlaceState::Warmth(SteadyTime at) const {
  if (phase_.load(kRelaxed) != Phase::kUp) return kLeastWarmth;
  const int64_t now = Nanoseconds(at);
  const int64_t from = warm_from_.load(kRelaxed), until = warm_until_.load(kRelaxed);
  if (now >= until || until <= from) return 1;
  const double part = static_cast<double>(now - from) / static_cast<double>(until - from);
  return kLeastWarmth + (1 - kLeastWarmth) * std::clamp(part, 0.0, 1.0);
}

v1::ErrorReason PlaceState::cause() const {
  return static_cast<v1::ErrorReason>(cause_.load(kRelaxed));
}

}  // namespace inferwire::routing
