// The heartbeats of a stream: one after each interval without another message. They begin with the
// first message, since a stream that failed before can be retried.
#pragma once

#include <optional>

#include "base/timers.h"
#include "gateway/operation.h"

namespace inferwire::endpoints {

class StreamHeartbeat {
 public:
  StreamHeartbeat(Timers& timers, std::optional<Duration> interval,
                  gateway::Operation::Observer& observer);

  // A message goes out now.
  void Sent(SteadyTime now);
  // When the last one did, heartbeats included.
  SteadyTime last_sent() const { return last_sent_; }
  void Stop() { timer_.Cancel(); }

 private:
  void OnTimer();

  Timers& timers_;
  const std::optional<Duration> interval_;  // none: there are no heartbeats
  gateway::Operation::Observer& observer_;
  Timer timer_;
  SteadyTime last_sent_;
};

}  // namespace inferwire::endpoints
