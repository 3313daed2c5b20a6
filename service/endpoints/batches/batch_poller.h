// What the two streams of a batch share: looking again and again until it has ended, with
// heartbeats in between.
#pragma once

#include <google/protobuf/duration.pb.h>

#include <optional>
#include <string>

#include "base/timers.h"
#include "endpoints/batches/batch_backend.h"
#include "endpoints/shared/store_call.h"
#include "gateway/operation.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// Unset means the usual one; at least 1 s.
Result<Duration> HeartbeatOf(bool set, const google::protobuf::Duration& interval);

// A place among those who wait; RESOURCE_EXHAUSTED if the caller has too many.
Result<std::unique_ptr<Watchers::Seat>> TakeSeat(const std::string& id, const BatchBackend& service,
                                                 const gateway::CallContext& context);

class BatchPoller : public gateway::Operation {
 public:
  // seat: null if it does not wait for changes.
  BatchPoller(std::string id, Duration heartbeat, std::unique_ptr<Watchers::Seat> seat,
              const BatchBackend& service, const upstream::Runtime& runtime,
              const gateway::CallContext& context, gateway::Operation::Observer& observer);

  void Start() final;
  const gateway::CallStats& stats() const final { return stats_; }

 protected:
  // Asks the store for what is new, and ends in Sent, Wait or End.
  virtual void Look() = 0;
  // After LookTogether: the batch as it is now.
  virtual void OnBatch(const store::Job& job) = 0;
  virtual void SendHeartbeat() = 0;

  // Something was sent: the next heartbeat is a whole interval away.
  void Sent();
  // Looks again after the interval.
  void Wait();
  // One question for all who wait for this batch. With a seat.
  void LookTogether();
  void End(std::optional<Error> error);

  const std::string id_;
  const BatchBackend& service_;
  const upstream::Runtime& runtime_;
  const std::string owner_;
  const SteadyTime deadline_;
  gateway::Operation::Observer& observer_;
  StoreCalls calls_;
  gateway::CallStats stats_;

 private:
  void OnAsked(const std::shared_ptr<const store::Job>& job);

  const Duration heartbeat_;
  const std::unique_ptr<Watchers::Seat> seat_;
  Timer look_timer_, heartbeat_timer_, deadline_timer_;
};

}  // namespace inferwire::endpoints
