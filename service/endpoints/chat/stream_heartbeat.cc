#include "endpoints/chat/stream_heartbeat.h"

#include <algorithm>
#include <chrono>

#include "inferwire/v1/chat_service.pb.h"

namespace inferwire::endpoints {

StreamHeartbeat::StreamHeartbeat(Timers& timers, std::optional<Duration> interval,
                                 gateway::Operation::Observer& observer)
    : timers_(timers),
      interval_(interval),
      observer_(observer),
      timer_(timers, [this] { OnTimer(); }) {}

void StreamHeartbeat::Sent(SteadyTime now) {
  last_sent_ = now;
  if (interval_ && !timer_.pending()) timer_.Set(now + *interval_);
}

void StreamHeartbeat::OnTimer() {
  const SteadyTime now = timers_.Now();
  if (now - last_sent_ >= *interval_ && !observer_.Full()) {
    v1::StreamCompleteResponse beat;
    const auto wall = timers_.clock().WallNow().time_since_epoch();
    beat.mutable_heartbeat()->mutable_time()->set_seconds(
        std::chrono::duration_cast<std::chrono::seconds>(wall).count());
    last_sent_ = now;
    observer_.OnMessage(beat);
  }
  timer_.Set(std::max(now, last_sent_) + *interval_);
}

}  // namespace inferwire::endpoints
