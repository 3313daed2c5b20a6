// StreamBatchResults: the results from an offset on, a few at a time.
#include <google/protobuf/util/time_util.h>

#include <utility>

#include "endpoints/batches/batch_poller.h"
#include "endpoints/batches/view.h"

namespace inferwire::endpoints {
namespace {

constexpr int kResultsPerLook = 512;
constexpr size_t kBytesPerLook = 1u << 20;

struct Piece {
  store::Job job;
  std::vector<store::StoredResult> results;
};

class Results final : public BatchPoller {
 public:
  Results(const v1::StreamBatchResultsRequest& request, Duration heartbeat,
          std::unique_ptr<Watchers::Seat> seat, const BatchBackend& service,
          const upstream::Runtime& runtime, const gateway::CallContext& context,
          gateway::Operation::Observer& observer)
      : BatchPoller(request.batch_id(), heartbeat, std::move(seat), service, runtime, context,
                    observer),
        follow_(request.follow()),
        next_(request.offset()) {}

  void Resume() override { Continue(); }

 private:
  void Look() override {
    if (waiting_) return LookTogether();
    LookForMore();
  }

  // While there is nothing new nobody's own question is put.
  void OnBatch(const store::Job& job) override {
    if (job.results <= next_ && !store::Ended(job.state)) return Wait();
    waiting_ = false;
    LookForMore();
  }

  void LookForMore() {
    asking_ = true;
    calls_.Ask<std::optional<Piece>>(
        [id = id_, owner = owner_,
         next = next_](store::Jobs& jobs) -> Result<std::optional<Piece>> {
          // The job first: what it says of its end holds for the results that are read after it.
          auto job = jobs.Find(id, owner);
          if (!job) return job.error();
          if (!*job) return std::optional<Piece>();
          Piece piece{std::move(**job), {}};
          auto results = jobs.Results(piece.job.number, next, kResultsPerLook, kBytesPerLook);
          if (!results) return results.error();
          piece.results = std::move(*results);
          return std::optional<Piece>(std::move(piece));
        },
        [this](Result<std::optional<Piece>> piece) {
          asking_ = false;
          if (!piece) return End(std::move(piece.error()));
          if (!*piece) return End(NoSuchBatch());
          piece_ = std::move(*piece);
          at_ = 0;
          Continue();
        });
  }

  // Sends what is here as far as the caller takes it, then looks for more.
  void Continue() {
    if (asking_ || !piece_) return;
    for (; at_ < piece_->results.size(); ++at_) {
      if (observer_.Full()) return;
      v1::StreamBatchResultsResponse message;
      auto made = ToProto(piece_->results[at_], piece_->job.endpoint, runtime_.limits.json,
                          *message.mutable_result());
      if (!made) return End(std::move(made.error()));
      next_ = message.result().next_offset();
      ++stats_.events;
      observer_.OnMessage(message);
      Sent();
    }
    if (observer_.Full()) return;
    const std::optional<Piece> piece = std::exchange(piece_, std::nullopt);
    if (!piece->results.empty()) return LookForMore();
    if (follow_ && !store::Ended(piece->job.state)) {
      waiting_ = true;
      return Wait();
    }
    v1::StreamBatchResultsResponse message;
    *message.mutable_end()->mutable_batch() = ToProto(piece->job, service_.options()->retention);
    message.mutable_end()->set_next_offset(next_);
    observer_.OnMessage(message);
    End(std::nullopt);
  }

  void SendHeartbeat() override {
    if (!follow_) return;
    v1::StreamBatchResultsResponse message;
    *message.mutable_heartbeat()->mutable_time() =
        google::protobuf::util::TimeUtil::GetCurrentTime();
    observer_.OnMessage(message);
  }

  const bool follow_;
  int64_t next_;
  bool asking_ = false;
  bool waiting_ = false;  // there was nothing new
  std::optional<Piece> piece_;
  size_t at_ = 0;  // the next of its results
};

}  // namespace

Begun NewBatchResults(const v1::StreamBatchResultsRequest& request, const BatchBackend& service,
                      const upstream::Runtime& runtime, const gateway::CallContext& context,
                      gateway::Operation::Observer& observer) {
  if (request.offset() < 0) return InvalidField("offset", "is negative");
  auto heartbeat = HeartbeatOf(request.has_heartbeat_interval(), request.heartbeat_interval());
  if (!heartbeat) return heartbeat.error();
  std::unique_ptr<Watchers::Seat> seat;
  if (request.follow()) {
    auto taken = TakeSeat(request.batch_id(), service, context);
    if (!taken) return taken.error();
    seat = std::move(*taken);
  }
  return Begun(std::make_unique<Results>(request, *heartbeat, std::move(seat), service, runtime,
                                         context, observer));
}

}  // namespace inferwire::endpoints
