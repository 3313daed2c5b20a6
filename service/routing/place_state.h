// The health of one place: an upstream's endpoint, or a model there. Its breaker opens after
// failures, lets probes through, and warms up again; a provider's word (Retry-After) closes it for
// a while; a person may drain it. Thread-safe: on a call's path only relaxed atomics, a mutex for
// transitions. Time is handed in.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "inferwire/v1/errors.pb.h"
#include "routing/limiter.h"

namespace inferwire::routing {

// In the order of preference.
enum class Condition : uint8_t {
  kUp,
  kWarmingUp,    // up since a short while: takes a part of its weight
  kSilent,       // has calls in flight and has answered none for too long: behind all others
  kProbing,      // some calls have to show that it is well again
  kCoolingDown,  // until a time that the provider said
  kOut,          // after failures
  kDrained,      // by a person
};
std::string_view Name(Condition condition);  // "up", "warming_up", ...
// Whether it takes calls at all (kProbing: a few).
constexpr bool TakesCalls(Condition condition) { return condition <= Condition::kProbing; }

struct BreakerOptions {
  int failures = 5;  // in a row, and half a second without an answer; 0: off
  int ratio = 50;    // or so many % ...
  int of = 20;       // ... of at least so many in 10 s; ratio 0: off
  Duration out = std::chrono::seconds(30);
  Duration out_most = std::chrono::minutes(5);
  Duration warm_up = std::chrono::seconds(30);
  bool operator==(const BreakerOptions&) const = default;
};

class PlaceState {
 public:
  enum class Ended {
    kGood,     // an answer, or a refusal that is the caller's fault: it is well
    kFailed,   // its fault
    kNeutral,  // says nothing: cancelled, the caller's deadline, a limit
  };
  // A transition that something brought about; what ends by time alone is not told. Told under the
  // state's mutex: short work only (a counter, a log line), and of the place only what takes no
  // mutex (name, At, cause).
  struct Change {
    Condition from, to;
    v1::ErrorReason cause;  // UNSPECIFIED: time, success or a person
  };
  using OnChange = std::function<void(const PlaceState&, const Change&)>;

  PlaceState(std::string name, BreakerOptions options, OnChange on_change = {});
  PlaceState(const PlaceState&) = delete;
  PlaceState& operator=(const PlaceState&) = delete;

  const std::string& name() const { return name_; }
  // Of a new version of the configuration; what has happened stays.
  void Configure(const BreakerOptions& options);
  void Configure(const LimitOptions& options) { limiter_.Configure(options); }

  Condition At(SteadyTime now) const;
  // When it will take calls again; unset: it does, or nobody knows. alone: as for TryBegin.
  std::optional<SteadyTime> BackAt(SteadyTime now, bool alone = false) const;

  // What a call that was begun knows of itself; from TryBegin to End with whoever made it.
  struct Ticket {
    uint32_t probe_of = 0;  // which probing it is a probe of; 0: of none
    bool answered = false;
  };

  // A call begins. alone: there is nowhere else to go, so what is out is tried again after a second
  // (five at most) instead of its whole time. False: it takes none now (out, full, or all probes
  // taken).
  // ticket: without it, a call that began before the place went out can be taken for a probe.
  bool TryBegin(SteadyTime now, bool alone, Ticket* ticket = nullptr);
  // The same whatever the breaker says, which does not go by what becomes of it.
  void BeginAnyway(SteadyTime now, Ticket* ticket);
  // The first byte of a good answer is here, at most once: what follows may take minutes, but the
  // place is well. Without this word a place with ten long streams looks silent.
  void Answered(SteadyTime now, Duration first_byte, Ticket& ticket);
  // Exactly once for each begun call. first_byte: of a good answer (not needed after Answered).
  void End(Ended ended, SteadyTime now, std::optional<Duration> first_byte, v1::ErrorReason reason,
           Ticket* ticket = nullptr);

  // The provider asks to be left alone, or the model is not there: no calls until then.
  void CoolDown(SteadyTime until, SteadyTime now, v1::ErrorReason cause);
  void Drain(SteadyTime until, SteadyTime now);
  void Undrain(SteadyTime now);
  // Closes breaker and cool-down.
  void Reset(SteadyTime now);
  // It is new among others: it takes a part of its weight at first.
  void WarmUp(SteadyTime now);
  // A health check that began then has ended. Two good ones in a row let probes begin while it is
  // out; twice as many each time that the calls after them failed. Where nobody was there, good
  // checks are also the proofs of its first probing. Two bad ones put it out if no call was
  // answered since. reason: of a bad one.
  void Checked(bool good, SteadyTime began, SteadyTime now, v1::ErrorReason reason = {});

  // Of an endpoint among others: a call failed here as it does where the model is to blame.
  // answered_elsewhere(since): whether another endpoint has answered such calls since then. True:
  // it has since the first of these failures in a row, so it is this endpoint.
  bool FailsAlone(SteadyTime now, const std::function<bool(SteadyTime since)>& answered_elsewhere);
  // A good answer of the last 10 s.
  bool AnsweredSince(SteadyTime since, SteadyTime now) const;

  int in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
  // How many it takes at once; 0: as many as come.
  int limit() const { return limiter_.limit(); }
  bool full() const { return limit() > 0 && in_flight() >= limit(); }
  // Of the time to the first byte; zero until there is an answer.
  Duration mean() const;
  Duration deviation() const;
  // The part of its weight that it takes, from 0.1 to 1.
  double Warmth(SteadyTime now) const;
  struct Tally {
    int64_t good = 0, failed = 0;
  };
  Tally Recent(SteadyTime now) const;  // of the last 10 s
  // Why it does not take calls; UNSPECIFIED: it does.
  v1::ErrorReason cause() const;

 private:
  enum class Phase : uint8_t { kUp, kOut, kProbing };
  using Time = std::atomic<int64_t>;  // nanoseconds of the steady clock

  // place_state.cc: the path of a call.
  bool Enter();
  void Begin(int64_t now);
  bool Silent(int64_t now) const;
  void Good(int64_t now, std::optional<Duration> first_byte);
  void Failed(int64_t now, v1::ErrorReason reason);
  void Count(int64_t now, bool good);
  void Learn(Duration first_byte);
  Tally Sum(int64_t now) const;

  // place_breaker.cc: transitions. Those whose name ends with Locked have the mutex.
  bool TryProbe(int64_t now, bool alone, Ticket* ticket);
  void EndProbe(Ended ended, int64_t now, v1::ErrorReason reason, const Ticket* ticket);
  void OpenIfBad(int64_t now, int run, v1::ErrorReason reason);
  void OpenLocked(int64_t now, v1::ErrorReason reason);
  void CheckUpLocked(bool good, int64_t began, int64_t now, v1::ErrorReason reason);
  void CheckProbingLocked(bool good, int64_t now, v1::ErrorReason reason);
  void StartProbingLocked();
  void CloseLocked(int64_t now, Duration warm_up);
  int64_t AloneFromLocked() const;
  // Does something and tells the change of the condition, if there is one.
  void Transit(SteadyTime now, v1::ErrorReason cause, const std::function<void()>& act);

  const std::string name_;
  const OnChange on_change_;
  Limiter limiter_;

  std::atomic<int> in_flight_{0};
  std::atomic<int> waiting_{0};  // of those in flight: for the first byte
  std::atomic<Phase> phase_{Phase::kUp};
  std::atomic<int> run_{0};          // failures in a row
  std::atomic<uint64_t> timing_{0};  // mean and deviation of the first byte, microseconds
  Time waiting_since_, last_answer_, last_good_;
  Time failing_since_;  // as the model's fault would be, without a good answer
  Time out_until_, cool_until_, drained_until_, warm_from_, warm_until_;
  std::array<std::atomic<uint64_t>, 10> seconds_{};  // {second:32, good:16, failed:16}
  std::atomic<int> cause_{0};

  mutable std::mutex mutex_;
  BreakerOptions options_;
  int64_t out_from_ = 0, up_since_;
  int outs_ = 0;                 // in a row
  uint32_t probing_ = 0;         // its number
  int probes_ = 0, proofs_ = 0;  // in flight; good so far
  int checks_ = 0;               // in a row: good ones while it is out, bad ones while it is up
  int64_t bad_since_ = 0;        // the first of the bad ones began
  bool nobody_there_ = false;    // why it is out: checks are as good as calls
};

}  // namespace inferwire::routing
