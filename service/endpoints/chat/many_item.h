// One item of a CompleteMany stream, from its start to its one result.
#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/operation.h"
#include "inferwire/v1/chat_service.pb.h"
#include "policy/chain.h"
#include "policy/parked_call.h"
#include "rpc/booking.h"
#include "rpc/call.h"

namespace inferwire::endpoints {

// What an item with an idempotency key is told.
Error NoKeysForItems(std::string_view field);

class ManyItem final : private gateway::Operation::Observer, private policy::ParkedCall::Observer {
 public:
  // The stream's side. It does not destroy the item from within these functions.
  class Observer {
   public:
    virtual ~Observer() = default;
    virtual bool Full() = 0;
    virtual void OnChunk(ManyItem& item, v1::ChatCompletionChunk& chunk) = 0;
    // Once, last. The result lacks nothing.
    virtual void OnResult(ManyItem& item, v1::CompleteManyResult& result) = 0;
  };

  // stream, context: of the RPC, for which each item is a call of the same caller.
  ManyItem(const rpc::CallServices& services, Observer& observer, const policy::Call& stream,
           gateway::CallContext context, v1::CompleteManyItem item);

  // default_options: of an item without its own; outlives it. latest: the RPC's own deadline.
  void Start(const v1::CallOptions& default_options, bool stream_chunks, SteadyTime latest);
  void Resume();
  // Goes on if it waited for memory.
  void Tend();
  // Stops it for this reason, without a result: the stats say what it came to.
  void Abandon(const Error& why);
  // Ends it with this error; without effect after the result.
  void Cancel(Error error);

  int64_t held() const { return memory_.held(); }
  const std::string& id() const { return item_.item_id(); }
  const gateway::CallStats& stats() const { return operation_ ? operation_->stats() : nothing_; }

 private:
  // Asks the policies; the item is made and started at once, or when there is room for it.
  Result<void> Admit();
  Result<void> Begin();
  void OnAdmitted(policy::Admission admission) override;
  void OnTurnedAway(Error error) override;

  bool Full() override;
  void OnMessage(google::protobuf::Message& message) override;
  void OnEnd(std::optional<Error> error) override;

  const rpc::CallServices& services_;
  Observer& observer_;
  v1::CompleteManyItem item_;
  policy::Call call_;
  gateway::CallMemory memory_;
  gateway::CallContext context_;
  const gateway::CallStats nothing_;
  policy::Admission admission_;
  std::unique_ptr<policy::ParkedCall> parked_;  // while it waits for room
  const v1::CallOptions* options_ = nullptr;
  gateway::CallTags tags_;
  SteadyTime latest_{};
  rpc::Booking booking_;
  std::unique_ptr<gateway::Operation> operation_;
  v1::CompleteManyResult result_;
  bool streams_ = false;
  bool ended_ = false;
};

}  // namespace inferwire::endpoints
