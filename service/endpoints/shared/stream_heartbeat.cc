#include "endpoints/shared/stream_heartbeat.h"

#include <algorithm>
#include <chrono>

namespace inferwire::endpoints {

StreamHeartbeat::StreamHeartbeat(Timers& timers, std::optional<Duration> interval,
                                 gateway::Operation::Observer& observer, Send send)
    : timers_(timers),
      interval_(interval),
      observer_(observer),
      send_(send),
      timer_(timers, [this] { OnTimer(); }) {}

void StreamHeartbeat::Sent(SteadyTime now) {
  last_sent_ = now;
  if (interval_ && !timer_.pending()) timer_.Set(now + *interval_);
}

void StreamHeartbeat::SendNow(SteadyTime now) {
  if (observer_.Full()) return;
  v1::Heartbeat beat;
  const auto wall = timers_.clock().WallNow().time_since_epoch();
  beat.mutable_time()->set_seconds(std::chrono::duration_cast<std::chrono::seconds>(wall).count());
  last_sent_ = now;
  send_(beat, observer_);
}

void StreamHeartbeat::OnTimer() {
  const SteadyTime now = timers_.Now();
  if (now - last_sent_ >= *interval_) SendNow(now);
  timer_.Set(std::max(now, last_sent_) + *interval_);
}

}  // namespace inferwire::endpoints
