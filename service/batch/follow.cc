#include "batch/follow.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "openai/error.h"

namespace llmgate::batch {

Result<Duration> HeartbeatOf(bool set, const google::protobuf::Duration& interval) {
  constexpr std::chrono::seconds kUsual{15}, kLeast{1}, kMost{3600};
  if (!set) return Duration(kUsual);
  const Duration asked =
      std::chrono::milliseconds(google::protobuf::util::TimeUtil::DurationToMilliseconds(interval));
  if (asked < kLeast || asked > kMost) {
    return InvalidField("heartbeat_interval", "must be 1 s to 1 h");
  }
  return asked;
}

Follow::Follow(std::string id, Duration heartbeat, const Service& service,
               const openai::Runtime& runtime, const openai::CallContext& context, Sink& sink)
    : id_(std::move(id)),
      service_(service),
      runtime_(runtime),
      owner_(context.owner),
      deadline_(context.deadline),
      sink_(sink),
      calls_(service.executor, runtime),
      heartbeat_(heartbeat),
      look_timer_(runtime.timers, [this] { Look(); }),
      heartbeat_timer_(runtime.timers,
                       [this] {
                         if (!sink_.Full()) SendHeartbeat();
                         Sent();
                       }),
      deadline_timer_(runtime.timers, [this] {
        End(openai::DeadlineExceeded("the call's deadline passed before the batch had ended", {}));
      }) {
  report_.request_id = context.request_id;
}

void Follow::Start() {
  deadline_timer_.Set(deadline_);
  Sent();
  Look();
}

void Follow::Sent() { heartbeat_timer_.Set(runtime_.timers.Now() + heartbeat_); }

void Follow::Wait() { look_timer_.Set(runtime_.timers.Now() + service_.options()->watch_interval); }

void Follow::End(std::optional<Error> error) {
  look_timer_.Cancel();
  heartbeat_timer_.Cancel();
  deadline_timer_.Cancel();
  report_.finished = !error;
  sink_.OnEnd(std::move(error));
}

}  // namespace llmgate::batch
