// WatchBatch: the batch at each of its changes.
#include <google/protobuf/util/time_util.h>

#include <utility>

#include "batch/follow.h"
#include "batch/view.h"

namespace llmgate::batch {
namespace {

struct Seen {
  bool found = false;
  std::optional<store::Job> job;  // only if it has changed
};

class Watch final : public Follow {
 public:
  using Follow::Follow;

  void Resume() override {
    if (std::exchange(held_, false)) Look();
  }

 private:
  void Look() override {
    if (sink_.Full()) {
      held_ = true;
      return;
    }
    // The version is read alone while nothing changes: many may watch.
    calls_.Ask<Seen>(
        [id = id_, owner = owner_, known = version_](store::Jobs& jobs) -> Result<Seen> {
          auto version = jobs.Version(id, owner);
          if (!version) return version.error();
          if (!*version) return Seen{};
          if (**version == known) return Seen{true, std::nullopt};
          auto job = jobs.Find(id, owner);
          if (!job) return job.error();
          return Seen{job->has_value(), std::move(*job)};
        },
        [this](Result<Seen> seen) { OnSeen(std::move(seen)); });
  }

  void OnSeen(Result<Seen> seen) {
    if (!seen) return End(std::move(seen.error()));
    if (!seen->found) return End(NoSuchBatch());
    if (!seen->job) return Wait();
    version_ = seen->job->version;
    v1::WatchBatchResponse message;
    *message.mutable_batch() = ToProto(*seen->job, service_.options()->retention);
    const std::string bytes = message.SerializeAsString();
    if (bytes != last_) {  // not every version is a change that callers see
      last_ = bytes;
      ++report_.events;
      sink_.OnMessage(message);
      Sent();
    }
    if (store::Ended(seen->job->state)) return End(std::nullopt);
    Wait();
  }

  void SendHeartbeat() override {
    v1::WatchBatchResponse message;
    *message.mutable_heartbeat()->mutable_time() =
        google::protobuf::util::TimeUtil::GetCurrentTime();
    sink_.OnMessage(message);
  }

  int64_t version_ = -1;
  std::string last_;
  bool held_ = false;
};

}  // namespace

Begun NewWatchBatch(const v1::WatchBatchRequest& request, const Service& service,
                    const openai::Runtime& runtime, const openai::CallContext& context,
                    openai::Operation::Sink& sink) {
  auto heartbeat = HeartbeatOf(request.has_heartbeat_interval(), request.heartbeat_interval());
  if (!heartbeat) return heartbeat.error();
  return Begun(
      std::make_unique<Watch>(request.batch_id(), *heartbeat, service, runtime, context, sink));
}

}  // namespace llmgate::batch
