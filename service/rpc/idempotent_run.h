// The one call behind an idempotency key: admitted, booked and run for all who wait for its answer,
// until the last of them has gone. It lives on the loop of the call that came first and outlives
// that call if others wait.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/timers.h"
#include "gateway/operation.h"
#include "gateway/shared_keys.h"
#include "policy/chain.h"
#include "policy/parked_call.h"
#include "rpc/booking.h"
#include "rpc/call_services.h"
#include "rpc/endpoint.h"
#include "rpc/idempotent_calls.h"
#include "rpc/live_call.h"
#include "telemetry/trace_context.h"

namespace inferwire::rpc {

class IdempotentRun final : public LiveCall,
                            private gateway::Operation::Observer,
                            private policy::ParkedCall::Observer {
 public:
  // The first call's side, on the same loop: how far the run is, and what it came to.
  class First {
   public:
    virtual ~First() = default;
    virtual void OnRunEnded(const gateway::CallStats& stats) = 0;
  };
  struct Parts {
    std::shared_ptr<const CallServices> services;
    const Endpoint& endpoint;
    gateway::IdempotencyKey key;
    std::string fingerprint;
    std::shared_ptr<IdempotentAnswer> answer;
    const policy::Call& call;                  // as the first call is
    gateway::CallContext context;              // the same; what it points to is copied
    std::string caller;                        // its name
    bool takes_unknown = false;                // see SharedKeys::Request
    std::optional<Duration> max_queue_wait{};  // as its caller wants it
    std::string user{}, label{};               // under which it is booked
  };

  // Deletes itself, some time after its end.
  explicit IdempotentRun(Parts parts);

  // What is known of the request is in the answer's readers' hands from here on.
  void Begin(Message& request, First& first);
  // Nobody waits any more; the reason is the last one's.
  void Abandon(v1::ErrorReason reason);
  void ForgetFirst() { first_ = nullptr; }
  const gateway::CallStats& stats() const;

  void Cut(const Error& error) override;
  void Shed(const Error& error) override { Cut(error); }
  void Tend(SteadyTime now) override;
  CallSize Size() const override { return {memory_.held(), memory_.Weight()}; }

 private:
  ~IdempotentRun() override;

  // The other replicas' word first, then ours.
  void Claim();
  void OnClaimed(const gateway::KeyClaim& claim);
  void GoAlone();
  // Asks for admission, which may take a while.
  void Go(Message& request);
  void Keep(const Message& request);
  void OnAdmitted(policy::Admission admission) override;
  void OnTurnedAway(Error error) override;
  Result<void> Start(Message& request, policy::Admission admission);
  void OnNews();

  bool Full() override { return answer_->Full(); }
  void OnMessage(google::protobuf::Message& message) override;
  void OnEnd(std::optional<Error> error) override;
  void Finish(std::optional<Error> error);

  const std::shared_ptr<const CallServices> kept_;
  const CallServices& services_;
  const Endpoint& endpoint_;
  const gateway::IdempotencyKey key_;
  const std::string fingerprint_;
  const std::shared_ptr<IdempotentAnswer> answer_;
  const std::string caller_;
  const bool takes_unknown_;
  const std::optional<Duration> max_queue_wait_;
  const std::string user_, label_;
  std::optional<tenancy::Principal> principal_;
  telemetry::TraceContext trace_;
  policy::Call call_;
  gateway::CallMemory memory_;
  gateway::CallContext context_;
  First* first_ = nullptr;
  std::unique_ptr<Message> request_;            // while the store is asked, or it waits for room
  std::unique_ptr<policy::ParkedCall> parked_;  // while it waits for room
  policy::Admission admission_;
  Booking booking_;
  std::unique_ptr<gateway::Operation> operation_;
  std::shared_ptr<IdempotentListener> listener_;
  Timer poll_timer_;
  Timer claim_timer_;
  Timer end_timer_;       // what has ended cannot be destroyed from within its events
  bool claimed_ = false;  // in the store, by this run: perhaps
  int claims_ = 0;        // asked for; an answer to an earlier one comes too late
  bool ended_ = false;
  const std::shared_ptr<int> alive_ =
      std::make_shared<int>(0);  // the store's answers hold it weakly
};

}  // namespace inferwire::rpc
