// What takes part in a loop's turns beside its upstream transfers: the callers' side. All on the
// loop's thread.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.h"

namespace inferwire::rpc {

// How far behind a loop is.
struct LoopLoad {
  // Without rest for so long, a loop is busy; a burst of a thousand calls takes half of it.
  static constexpr std::chrono::milliseconds kBusyAfter{100};

  SteadyTime awake_since;  // it had something to do all the time since then
  // Not all that upstreams had sent was read in the last turn.
  bool upstream_waits = false;
  // Since then, more of upstreams' sockets wait to be read than should.
  std::optional<SteadyTime> lags_since = std::nullopt;

  bool busy(SteadyTime now) const { return now - awake_since >= kBusyAfter; }
};

class LoopGuest {
 public:
  virtual ~LoopGuest() = default;
  // Readable when a turn would do something.
  virtual int epoll_fd() const = 0;
  // True if anything was done.
  virtual bool Turn(const LoopLoad& load) = 0;
  // After all the others.
  virtual bool EndTurn() = 0;
  // The loop is about to sleep, for so long at most.
  virtual Duration BeforeSleep(bool has_calls) = 0;
  // Nothing new begins. The loop ends when the guest is closed.
  virtual void Close() = 0;
  virtual bool closed() const = 0;
};

}  // namespace inferwire::rpc
