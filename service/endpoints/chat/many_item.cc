#include "endpoints/chat/many_item.h"

#include <algorithm>
#include <utility>

#include "codec/encode.h"
#include "endpoints/chat/chat.h"
#include "endpoints/chat/output_bound.h"
#include "gateway/call_options.h"
#include "gateway/gateway_info.h"
#include "policy/settlement.h"
#include "rpc/endings.h"
#include "rpc/status.h"

namespace inferwire::endpoints {

Error NoKeysForItems(std::string_view field) {
  return InvalidField(field, "is not for items of CompleteMany: send calls, or a batch");
}

ManyItem::ManyItem(const rpc::CallServices& services, Observer& observer,
                   const policy::Call& stream, gateway::CallContext context,
                   v1::CompleteManyItem item)
    : services_(services),
      observer_(observer),
      item_(std::move(item)),
      memory_(services.memory, stream.caller),
      context_(std::move(context)) {
  call_.access = stream.access;
  call_.caller = stream.caller;
  call_.principal = stream.principal;
  call_.models = stream.models;
  call_.priority = stream.priority;
  context_.request_id = services.runtime.random.Id();
  context_.memory = &memory_;
  context_.previous_attempts = 0;  // of the stream: its items were never sent before
  result_.set_item_id(item_.item_id());
}

void ManyItem::Start(const v1::CallOptions& default_options, bool stream_chunks,
                     SteadyTime latest) {
  options_ = item_.has_options() ? &item_.options() : &default_options;
  streams_ = stream_chunks;
  latest_ = latest;
  if (auto admitted = Admit(); !admitted) OnEnd(std::move(admitted.error()));
}

Result<void> ManyItem::Admit() {
  if (auto known = codec::RefuseUnknownFields(item_); !known) return known.error();
  if (!options_->idempotency_key().empty()) return NoKeysForItems("options.idempotency_key");
  auto wait = gateway::CheckQueueWait(*options_, "options.max_queue_wait");
  if (!wait) return std::move(wait.error());
  call_.operation = "chat";
  call_.model = item_.params().model();
  call_.request_bytes = static_cast<int64_t>(item_.ByteSizeLong());
  call_.output = OutputBoundOf(item_.params());
  if (item_.has_timeout()) {
    auto timeout = gateway::CheckDuration(item_.timeout(), "timeout");
    if (!timeout) return timeout.error();
    call_.caller_deadline = services_.runtime.timers.Now() + *timeout;
  }
  auto tags = gateway::CheckTags(*options_, call_.principal);
  if (!tags) return std::move(tags.error());
  tags_ = *tags;
  call_.user = tags_.user;
  call_.include_limits = options_->include_limits();
  auto answer = services_.policies.Admit(call_, {services_.runtime.mailbox, *wait});
  if (!answer) return std::move(answer.error());
  if (!answer->parked.ticket) {
    admission_ = std::move(answer->admission);
    return Begin();
  }
  // Until its operation says what it holds.
  memory_.Set(gateway::CallMemory::kRequest, static_cast<size_t>(call_.request_bytes));
  policy::ParkedCall::Observer& observer = *this;
  parked_ = std::make_unique<policy::ParkedCall>(
      services_.policies, call_, std::move(answer->parked), services_.runtime.timers, observer);
  return {};
}

void ManyItem::OnAdmitted(policy::Admission admission) {
  parked_.reset();
  admission_ = std::move(admission);
  if (auto begun = Begin(); !begun) OnEnd(std::move(begun.error()));
}

void ManyItem::OnTurnedAway(Error error) {
  parked_.reset();
  OnEnd(std::move(error));
}

Result<void> ManyItem::Begin() {
  if (services_.ledger) {
    booking_.Begin(services_, rpc::BookedCaller(call_.principal, context_.owner), tags_,
                   call_.model, call_.operation, context_.request_id);
  }
  context_.booked = booking_.names();
  context_.admitted = &call_.admitted;
  call_.deadline = std::min(call_.deadline, latest_);
  context_.deadline = call_.deadline;
  context_.queued_for = call_.queued_for;
  v1::StreamOptions stream;
  stream.set_accumulate(true);
  auto operation = streams_ ? NewChatStream(*item_.mutable_params(), *options_, stream,
                                            services_.runtime, context_, *this)
                            : NewChatCompletion(*item_.mutable_params(), *options_,
                                                services_.runtime, context_, *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  operation_->Start();
  return {};
}

void ManyItem::Tend() {
  if (operation_ && memory_.WaitedLongEnough()) operation_->Resume();
}

void ManyItem::Resume() {
  if (operation_ && !ended_) operation_->Resume();
}

void ManyItem::Cancel(Error error) {
  if (ended_) return;
  Abandon(error);
  gateway::AddMaybeBilled(stats().maybe_billed, error);
  OnEnd(std::move(error));
  // What stops here is no longer asked for its report.
  operation_.reset();
}

void ManyItem::Abandon(const Error& why) {
  if (ended_) return;
  parked_.reset();
  if (operation_) operation_->Abandon(why.reason);
  booking_.End(&why, stats());
}

bool ManyItem::Full() { return streams_ && observer_.Full(); }

void ManyItem::OnMessage(google::protobuf::Message& message) {
  if (!streams_) {
    auto& response = static_cast<v1::CompleteResponse&>(message);
    result_.mutable_completion()->Swap(response.mutable_completion());
    result_.mutable_gateway()->Swap(response.mutable_gateway());
    return;
  }
  auto& event = static_cast<v1::StreamCompleteResponse&>(message);
  if (event.has_chunk()) return observer_.OnChunk(*this, *event.mutable_chunk());
  if (!event.has_completed()) return;
  result_.mutable_completion()->Swap(event.mutable_completed()->mutable_completion());
  result_.mutable_gateway()->Swap(event.mutable_completed()->mutable_gateway());
}

void ManyItem::OnEnd(std::optional<Error> error) {
  ended_ = true;
  booking_.End(error ? &*error : nullptr, stats());
  if (!error) {
    rpc::TellOfEndings(services_, call_.principal ? call_.principal->name() : context_.owner,
                       stats());
  }
  if (error) {
    *result_.mutable_error() = gateway::ToRpcStatus(*error, context_.request_id);
    if (operation_) {
      gateway::FillGatewayInfo(stats(), {}, *result_.mutable_gateway(), /*failed=*/true);
    } else {
      result_.mutable_gateway()->set_request_id(context_.request_id);
    }
  }
  admission_.Settle(policy::SettlementOf(error ? &*error : nullptr, stats()));
  observer_.OnResult(*this, result_);
}

}  // namespace inferwire::endpoints
