#include "rpc/single_call.h"

#include <utility>

#include "openai/gateway_info.h"
#include "rpc/request.h"

namespace inferwire::rpc {

void SingleCall::Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                       std::unique_ptr<Wire> wire) {
  (new SingleCall(std::move(services), endpoint, std::move(wire)))->Begin();
}

SingleCall::SingleCall(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                       std::unique_ptr<Wire> wire)
    : Call(std::move(services)),
      endpoint_(endpoint),
      wire_(std::move(wire)),
      account_(services_, endpoint, *wire_),
      pump_(*wire_, services_.limits.queue, !endpoint.streams, account_.memory(),
            {.room = [this] { Resume(); },
             .broken =
                 [this] {
                   EndGone();
                   DeleteIfOver();
                 },
             .finished = [this] { DeleteIfOver(); }}),
      release_timer_(services_.runtime.timers, [this] { LetGo(); }) {}

void SingleCall::Begin() {
  account_.Received();
  account_.memory().Set(CallMemory::kRequest, wire_->request().Length());
  if (auto started = StartOperation(); !started) Finish(std::move(started.error()));
  beginning_ = false;
  wire_->OnDone([this] { OnGone(); });  // may delete this
}

Result<void> SingleCall::StartOperation() {
  auto request = ParseRequest(wire_->request(), services_.limits, *endpoint_.new_request(&arena_));
  if (!request) return request.error();
  if (auto admitted = account_.Admit(endpoint_.model(**request)); !admitted) {
    return admitted.error();
  }
  auto operation = endpoint_.begin(**request, services_.runtime, account_.context(), *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  arena_.Reset();  // the request is on its way: a long prompt is not kept for a long stream
  operation_->Start();
  return {};
}

bool SingleCall::Full() {
  const bool full = pump_.Full();
  if (full) {
    account_.Paused();
    account_.WaitsForCaller(report());
  }
  return full;
}

void SingleCall::Resume() {
  account_.Resumed();
  account_.CallerCame(report());
  if (operation_) operation_->Resume();
}

void SingleCall::OnMessage(google::protobuf::Message& message) { pump_.Push(message); }

void SingleCall::OnEnd(std::optional<Error> error) { Finish(std::move(error)); }

const openai::Report& SingleCall::report() const {
  static const openai::Report kNone;
  return operation_ ? operation_->report() : kNone;
}

void SingleCall::Finish(std::optional<Error> error) {
  account_.End(error ? &*error : nullptr, report(), pump_.written());
  // Handed over, it is held once: not as the upstream's text and as a message besides.
  if (account_.memory().held() > MemoryBudget::kSmallCall) {
    release_timer_.Set(services_.runtime.timers.Now());
  }
  pump_.End(std::move(error), account_.request_id());
}

void SingleCall::LetGo() {
  operation_.reset();
  arena_.Reset();
}

void SingleCall::Tend(SteadyTime now) {
  if (account_.GivesUp(now)) return wire_->Cancel();
  if (operation_ && account_.memory().WaitedLongEnough()) operation_->Resume();
}

void SingleCall::Shed(const Error& error) {
  const bool in_the_way = account_.ended() || pump_.busy();
  Cut(error);
  if (in_the_way) wire_->Cancel();
}

void SingleCall::Cut(const Error& error) {
  if (account_.ended()) return;
  Error told = error;
  if (operation_) operation_->Abandon(error.reason);
  openai::AddProgress(report(), told);
  Finish(std::move(told));
  operation_.reset();
}

void SingleCall::OnGone() {
  done_ = true;
  EndGone();
  pump_.Abandon();
  DeleteIfOver();
}

void SingleCall::EndGone() {
  if (!account_.ended()) {
    const Error gone = account_.Gone();
    if (operation_) operation_->Abandon(gone.reason);
    account_.End(&gone, report(), pump_.written());
  }
  // The upstream's connection closes here, in the same turn of the loop.
  operation_.reset();
}

void SingleCall::DeleteIfOver() {
  if (done_ && !beginning_ && !pump_.busy()) delete this;
}

}  // namespace inferwire::rpc
