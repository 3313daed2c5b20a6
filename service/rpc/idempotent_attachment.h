// A call with an idempotency key, as its RPC sees it: an operation that gives what the run behind
// the key says, from its beginning, or that another one said before.
#pragma once

#include <memory>
#include <optional>

#include "gateway/operation.h"
#include "rpc/call_recorder.h"
#include "rpc/idempotent_answer.h"
#include "rpc/idempotent_run.h"

namespace inferwire::rpc {

class IdempotentAttachment final : public gateway::Operation, private IdempotentRun::First {
 public:
  // As gateway::Operation::Observer, for messages that are bytes already.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual bool Full() = 0;
    virtual void OnBytes(const grpc::ByteBuffer& message) = 0;
    virtual void OnEnd(std::optional<Error> error) = 0;
  };

  // The recorder has admitted the call. The request is the run's, if this is the first call with
  // its key: it has to live until Start.
  static Result<std::unique_ptr<gateway::Operation>> Make(
      const std::shared_ptr<const CallServices>& services, const Endpoint& endpoint,
      CallRecorder& recorder, Message& request, Observer& observer);

  ~IdempotentAttachment() override;

  void Start() override;
  void Resume() override { Deliver(); }
  void Abandon(v1::ErrorReason reason) override;
  const gateway::CallStats& stats() const override;

 private:
  IdempotentAttachment(const std::shared_ptr<const CallServices>& services,
                       const Endpoint& endpoint, Observer& observer);

  Result<void> Join(CallRecorder& recorder, Message& request);
  Result<void> JoinAsOneMore();
  void BeFirst(CallRecorder& recorder, Message& request, gateway::IdempotencyKey key,
               std::string fingerprint);
  void OnRunEnded(const gateway::CallStats& stats) override;
  void Deliver();
  void Give(const IdempotentAnswer::Piece& piece);
  void EndWith(std::optional<Error> error);
  void Leave(v1::ErrorReason reason);

  const std::shared_ptr<const CallServices> services_;
  const Endpoint& endpoint_;
  IdempotentCalls& calls_;
  Observer& observer_;
  std::shared_ptr<IdempotentAnswer> answer_;
  std::shared_ptr<IdempotentListener> listener_;
  IdempotentRun* run_ = nullptr;  // while it runs: of the first call
  Message* request_ = nullptr;    // the same, until Start
  gateway::CallStats stats_;
  bool has_place_ = false;  // among those who wait
  bool replayed_ = false;
  bool delivering_ = false;
  bool over_ = false;
};

}  // namespace inferwire::rpc
