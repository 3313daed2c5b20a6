#include "endpoints/batches/batch_poller.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "endpoints/batches/view.h"
#include "openai/error.h"

namespace inferwire::endpoints {

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

Result<std::unique_ptr<Watchers::Seat>> TakeSeat(const std::string& id, const BatchBackend& service,
                                                 const gateway::CallContext& context) {
  const size_t most = service.options()->watchers_per_caller;
  auto seat = service.watchers.Enter(id, context.owner, most);
  if (seat) return seat;
  Error error;
  error.code = Code::kResourceExhausted;
  error.reason = v1::ERROR_REASON_TENANT_RATE_LIMITED;
  error.message = "this caller watches " + std::to_string(most) + " batches already";
  error.safe_to_retry = true;
  error.metadata["limit"] = std::to_string(most);
  return error;
}

BatchPoller::BatchPoller(std::string id, Duration heartbeat, std::unique_ptr<Watchers::Seat> seat,
                         const BatchBackend& service, const upstream::Runtime& runtime,
                         const gateway::CallContext& context,
                         gateway::Operation::Observer& observer)
    : id_(std::move(id)),
      service_(service),
      runtime_(runtime),
      owner_(context.owner),
      deadline_(context.deadline),
      observer_(observer),
      calls_(service.executor, runtime),
      heartbeat_(heartbeat),
      seat_(std::move(seat)),
      look_timer_(runtime.timers, [this] { Look(); }),
      heartbeat_timer_(runtime.timers,
                       [this] {
                         if (!observer_.Full()) SendHeartbeat();
                         Sent();
                       }),
      deadline_timer_(runtime.timers, [this] {
        End(openai::DeadlineExceeded("the call's deadline passed before the batch had ended", {}));
      }) {
  stats_.request_id = context.request_id;
  stats_.queued_for = context.queued_for;
}

void BatchPoller::Start() {
  deadline_timer_.Set(deadline_);
  Sent();
  Look();
}

void BatchPoller::Sent() { heartbeat_timer_.Set(runtime_.timers.Now() + heartbeat_); }

void BatchPoller::Wait() {
  look_timer_.Set(runtime_.timers.Now() + service_.options()->watch_interval);
}

void BatchPoller::LookTogether() {
  // A question that takes longer is put again by somebody else.
  constexpr std::chrono::seconds kPatience{5};
  const SteadyTime now = runtime_.timers.Now();
  const Duration interval = service_.options()->watch_interval;
  const std::shared_ptr<Watched> watched = seat_->watched();
  switch (watched->Look(now, interval * 3 / 4, kPatience)) {
    case Watched::Next::kKnown:
      return OnAsked(watched->job());
    case Watched::Next::kWait:
      return look_timer_.Set(now + interval / 4);
    case Watched::Next::kAsk:
      break;
  }
  using Known = std::shared_ptr<const store::Job>;
  calls_.Ask<Known>([watched, now](store::Jobs& jobs) { return watched->Ask(jobs, now); },
                    [this](Result<Known> job) {
                      if (!job) return End(std::move(job.error()));
                      OnAsked(*job);
                    });
}

void BatchPoller::OnAsked(const std::shared_ptr<const store::Job>& job) {
  if (!job) return End(NoSuchBatch());
  OnBatch(*job);
}

void BatchPoller::End(std::optional<Error> error) {
  look_timer_.Cancel();
  heartbeat_timer_.Cancel();
  deadline_timer_.Cancel();
  stats_.finished = !error;
  observer_.OnEnd(std::move(error));
}

}  // namespace inferwire::endpoints
