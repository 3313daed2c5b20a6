// The heartbeats of a stream: one after each interval without another message. They begin with the
// first message, since a stream that failed before can be retried.
#pragma once

#include <optional>

#include "base/timers.h"
#include "gateway/operation.h"
#include "inferwire/v1/common.pb.h"

namespace inferwire::endpoints {

class StreamHeartbeat {
 public:
  using Send = void (*)(v1::Heartbeat& beat, gateway::Operation::Observer& observer);
  // Of a stream whose messages are of this type.
  template <class Message>
  static void As(v1::Heartbeat& beat, gateway::Operation::Observer& observer) {
    Message message;
    message.mutable_heartbeat()->Swap(&beat);
    observer.OnMessage(message);
  }

  StreamHeartbeat(Timers& timers, std::optional<Duration> interval,
                  gateway::Operation::Observer& observer, Send send);

  // A message goes out now.
  void Sent(SteadyTime now);
  // When the last one did, heartbeats included.
  SteadyTime last_sent() const { return last_sent_; }
  void Stop() { timer_.Cancel(); }
  // Upstream shows that it lives: so does this stream, if the caller reads.
  void SendNow(SteadyTime now);

 private:
  void OnTimer();

  Timers& timers_;
  const std::optional<Duration> interval_;  // none: there are no heartbeats
  gateway::Operation::Observer& observer_;
  const Send send_;
  Timer timer_;
  SteadyTime last_sent_;
};

}  // namespace inferwire::endpoints
