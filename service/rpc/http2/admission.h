// Whether a loop takes a further call. One that is refused here has cost its headers and nothing
// else, so that a loop with too much to do goes on with what it has begun, and says no at once to
// what it could only let grow old.
//
// A loop is busy when it has not slept for a while: a burst that meets one at rest is taken in.
// Whoever asks for less than half of a fair share, or has no more than that waiting, is served
// beside those who ask for more. Calls of lower priority are refused before others have to wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "gateway/priority.h"
#include "rpc/loop_guest.h"

namespace inferwire::rpc::http2 {

class Admission {
 public:
  // What one connection has asked for lately.
  class Share {
    friend class Admission;
    uint64_t interval_ = 0;
    uint32_t taken_ = 0;
  };
  struct State {
    size_t waiting = 0;  // calls that have come whole and have not begun
    size_t ahead = 0;    // those of the highest priority
    // The oldest of them that is this connection's, if any.
    std::optional<Duration> oldest_waits = std::nullopt;
    // Of those that wait none, or less than half of a fair share, is this connection's.
    bool has_few = false;
    bool memory_is_full = false;
  };

  // most_wait: of a call that has come whole, until it begins; zero: all are taken.
  Admission(Duration most_wait, SteadyTime now) : most_wait_(most_wait), interval_since_(now) {}

  // A turn of the loop begins.
  void Turn(SteadyTime now, const LoopLoad& load);
  // For a call of this connection, once.
  bool Admits(Share& share, const State& state);
  // For one that was admitted, as soon as its priority is known. ahead: of its priority or higher.
  bool Admits(gateway::Priority priority, size_t ahead);
  bool busy() const { return busy_; }

 private:
  static bool Crowded(const State& state);
  bool Overloaded(const State& state) const;
  bool AsksForLittle(const Share& share) const;
  void Count(Share& share);

  const Duration most_wait_;
  SteadyTime now_;
  LoopLoad load_;
  bool busy_ = false;
  SteadyTime refused_at_;

  uint64_t interval_ = 1;
  SteadyTime interval_since_;
  uint32_t taken_ = 0, connections_ = 0;  // in this interval
  uint32_t fair_share_ = 0;               // of a connection, by the last one
};

}  // namespace inferwire::rpc::http2
