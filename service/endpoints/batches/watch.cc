// WatchBatch: the batch at each of its changes.
#include <google/protobuf/util/time_util.h>

#include <utility>

#include "endpoints/batches/batch_poller.h"
#include "endpoints/batches/view.h"

namespace inferwire::endpoints {
namespace {

class Watch final : public BatchPoller {
 public:
  using BatchPoller::BatchPoller;

  void Resume() override {
    if (std::exchange(held_, false)) Look();
  }

 private:
  void Look() override {
    if (observer_.Full()) {
      held_ = true;
      return;
    }
    LookTogether();
  }

  void OnBatch(const store::Job& job) override {
    if (job.version == version_) return Wait();
    version_ = job.version;
    v1::WatchBatchResponse message;
    *message.mutable_batch() = ToProto(job, service_.options()->retention);
    const std::string bytes = message.SerializeAsString();
    if (bytes != last_) {  // not every version is a change that callers see
      last_ = bytes;
      ++stats_.events;
      observer_.OnMessage(message);
      Sent();
    }
    if (store::Ended(job.state)) return End(std::nullopt);
    Wait();
  }

  void SendHeartbeat() override {
    v1::WatchBatchResponse message;
    *message.mutable_heartbeat()->mutable_time() =
        google::protobuf::util::TimeUtil::GetCurrentTime();
    observer_.OnMessage(message);
  }

  int64_t version_ = -1;
  std::string last_;
  bool held_ = false;
};

}  // namespace

Begun NewWatchBatch(const v1::WatchBatchRequest& request, const BatchBackend& service,
                    const upstream::Runtime& runtime, const gateway::CallContext& context,
                    gateway::Operation::Observer& observer) {
  auto heartbeat = HeartbeatOf(request.has_heartbeat_interval(), request.heartbeat_interval());
  if (!heartbeat) return heartbeat.error();
  auto seat = TakeSeat(request.batch_id(), service, context);
  if (!seat) return seat.error();
  return Begun(std::make_unique<Watch>(request.batch_id(), *heartbeat, std::move(*seat), service,
                                       runtime, context, observer));
}

}  // namespace inferwire::endpoints
