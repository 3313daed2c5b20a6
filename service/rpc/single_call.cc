#include "rpc/single_call.h"

#include <utility>

#include "gateway/gateway_info.h"
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
      recorder_(services_, endpoint, *wire_),
      pump_(*wire_, services_.limits.queue, !endpoint.streams(), recorder_.memory(),
            {.room = [this] { Resume(); },
             .broken =
                 [this] {
                   EndGone();
                   DeleteIfOver();
                 },
             .finished = [this] { DeleteIfOver(); }}),
      release_timer_(services_.runtime.timers, [this] { LetGo(); }) {}

void SingleCall::Begin() {
  recorder_.Received();
  recorder_.memory().Set(gateway::CallMemory::kRequest, wire_->request().Length());
  if (auto started = StartOperation(); !started) Finish(std::move(started.error()));
  beginning_ = false;
  wire_->OnDone([this] { OnGone(); });  // may delete this
}

Result<void> SingleCall::StartOperation() {
  auto request =
      ParseRequest(wire_->request(), services_.limits, *endpoint_.begin.new_request(&arena_));
  if (!request) return request.error();
  const auto model = endpoint_.begin.model;
  if (auto admitted = recorder_.Admit(model ? model(**request) : ""); !admitted) {
    return admitted.error();
  }
  auto operation =
      endpoint_.begin.operation(**request, services_.runtime, recorder_.context(), *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  arena_.Reset();  // the request is on its way: a long prompt is not kept for a long stream
  operation_->Start();
  return {};
}

bool SingleCall::Full() {
  const bool full = pump_.Full();
  if (full) {
    recorder_.Paused();
    recorder_.WaitsForCaller(stats());
  }
  return full;
}

void SingleCall::Resume() {
  recorder_.Resumed();
  recorder_.CallerCame(stats());
  if (operation_) operation_->Resume();
}

void SingleCall::OnMessage(google::protobuf::Message& message) { pump_.Push(message); }

void SingleCall::OnEnd(std::optional<Error> error) { Finish(std::move(error)); }

const gateway::CallStats& SingleCall::stats() const {
  static const gateway::CallStats kNone;
  return operation_ ? operation_->stats() : kNone;
}

void SingleCall::Finish(std::optional<Error> error) {
  recorder_.End(error ? &*error : nullptr, stats(), pump_.written());
  // Handed over, it is held once: not as the upstream's text and as a message besides.
  if (recorder_.memory().held() > gateway::MemoryBudget::kSmallCall) {
    release_timer_.Set(services_.runtime.timers.Now());
  }
  pump_.End(std::move(error), recorder_.request_id());
}

void SingleCall::LetGo() {
  operation_.reset();
  arena_.Reset();
}

void SingleCall::Tend(SteadyTime now) {
  if (recorder_.GivesUp(now)) return wire_->Cancel();
  if (operation_ && recorder_.memory().WaitedLongEnough()) operation_->Resume();
}

void SingleCall::Shed(const Error& error) {
  const bool in_the_way = recorder_.ended() || pump_.busy();
  Cut(error);
  if (in_the_way) wire_->Cancel();
}

void SingleCall::Cut(const Error& error) {
  if (recorder_.ended()) return;
  Error told = error;
  if (operation_) operation_->Abandon(error.reason);
  gateway::AddProgress(stats(), told);
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
  if (!recorder_.ended()) {
    const Error gone = recorder_.Gone();
    if (operation_) operation_->Abandon(gone.reason);
    recorder_.End(&gone, stats(), pump_.written());
  }
  // The upstream's connection closes here, in the same turn of the loop.
  operation_.reset();
}

void SingleCall::DeleteIfOver() {
  if (done_ && !beginning_ && !pump_.busy()) delete this;
}

}  // namespace inferwire::rpc
