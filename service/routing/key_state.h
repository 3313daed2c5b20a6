// What is known of one key of an upstream: how much of its provider's limits is left, for how long
// it has to rest, whether it is refused. Predicts the room from the last headers, what we have in
// flight, and what others were seen to take of it. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "inferwire/v1/errors.pb.h"

namespace inferwire::routing {

class KeyState {
 public:
  struct Limit {  // of "requests" or "tokens", as the answer's headers say it
    std::string_view metric;
    std::optional<int64_t> limit, remaining;
    std::optional<Duration> reset_after;
  };

  explicit KeyState(std::string name, int weight = 100);

  const std::string& name() const { return name_; }

  // The share of its limits that would be left after a call of so many tokens, 0 to 1; below 0: it
  // does not fit. Without limits seen: 1. Keys at rest or removed are for the caller to leave out.
  double Room(std::string_view model, int64_t tokens, SteadyTime now) const;
  bool Available(std::string_view model, SteadyTime now) const;
  // When it will be; unset: it is, or only when its secret changes.
  std::optional<SteadyTime> BackAt(std::string_view model, SteadyTime now) const;

  // A call of so many tokens (estimated) begins; it ends for the key when the head of its answer is
  // here and learned from, since the provider's numbers have it in them then, or without an answer.
  void Begin(std::string_view model, int64_t tokens, SteadyTime now);
  void End(std::string_view model, int64_t tokens, SteadyTime now);
  // One answer's headers say this of the limits.
  void Learn(std::string_view model, const Limit& limit, SteadyTime now);

  // 429: no calls for this model until then. Without a time: 1 s, doubled each time in a row up to
  // 30 s.
  void CoolDown(std::string_view model, std::optional<Duration> wait, SteadyTime now);
  // Until Restore: refused (401, 403). For a while: without money, or refused where there is no
  // other key; 10 minutes, doubled up to 6 hours.
  enum class Removal { kUntilRestored, kForAWhile };
  void Remove(Removal removal, SteadyTime now);
  void Accepted(std::string_view model,
                SteadyTime now);  // the provider took it: what doubled begins again
  void Restore();                 // a new secret, or a person
  bool removed(SteadyTime now) const;
  // For some model at least.
  bool cooling_down(SteadyTime now) const;
  int weight() const { return weight_.load(std::memory_order_relaxed); }
  void set_weight(int weight) { weight_.store(weight, std::memory_order_relaxed); }

 private:
  // What is known of one limit. Counts are doubles, as rates are.
  struct Meter {
    bool known = false;
    double limit = 0, remaining = 0;
    double most = 0;    // the largest rest ever seen: buckets hold less than a minute
    double refill = 0;  // per second
    double others = 0;  // what they take of it per second
    double ended = 0;   // our own since the last answer
    double mine = 0;    // in flight
    SteadyTime at{}, full_at{};

    void Learn(const Limit& said, SteadyTime now);
    double Share(double wanted, SteadyTime now) const;
  };
  struct Model {
    Meter requests, tokens;
    SteadyTime cool_until = SteadyTime::min();
    int cooled = 0;  // in a row, without a time
  };
  const Model* Find(std::string_view model) const;
  Model& At(std::string_view model);

  const std::string name_;
  std::atomic<int> weight_;
  mutable std::mutex mutex_;
  std::map<std::string, Model, std::less<>> models_;  // bounded; "": all others
  SteadyTime removed_until_ = SteadyTime::min();      // max(): until Restore
  int removals_ = 0;                                  // for a while, in a row
};

}  // namespace inferwire::routing
