#include "rpc/intake_call.h"

#include <utility>

#include "openai/error.h"
#include "rpc/request.h"

namespace inferwire::rpc {

void IntakeCall::Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                       std::unique_ptr<Wire> wire) {
  (new IntakeCall(std::move(services), endpoint, std::move(wire)))->Begin();
}

IntakeCall::IntakeCall(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                       std::unique_ptr<Wire> wire)
    : Call(std::move(services)),
      endpoint_(endpoint),
      wire_(std::move(wire)),
      account_(services_, endpoint, *wire_),
      pump_(*wire_, services_.limits.queue, /*unary=*/true, account_.memory(),
            {.room = [] {},
             .broken = [this] { DeleteIfOver(); },
             .finished = [this] { DeleteIfOver(); }}),
      deadline_timer_(services_.runtime.timers,
                      [this] { Cut(openai::DeadlineExceeded("the call's deadline passed", {})); }) {
}

void IntakeCall::Begin() {
  if (auto started = StartOperation(); !started) {
    Finish(std::move(started.error()));
  } else {
    ReadMore();
  }
  wire_->OnDone([this] { OnGone(); });  // may delete this
}

Result<void> IntakeCall::StartOperation() {
  if (auto admitted = account_.Admit(""); !admitted) return admitted.error();
  auto operation = endpoint_.begin_intake(services_.runtime, account_.context(), *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  deadline_timer_.Set(account_.deadline());
  operation_->Start();
  return {};
}

void IntakeCall::ReadMore() {
  if (reading_ || taking_ || half_closed_ || done_ || account_.ended()) return;
  if (!operation_->HasRoom()) return account_.Paused();
  reading_ = true;
  account_.WaitsForCaller(operation_->report());
  wire_->Read(incoming_, read_tag_);
}

void IntakeCall::OnRead(bool ok) {
  reading_ = false;
  if (done_ || account_.ended()) return DeleteIfOver();
  account_.CallerCame(operation_->report());
  if (!ok) {
    half_closed_ = true;
    return operation_->EndOfInput();
  }
  account_.Received();
  auto message = ParseRequest(incoming_, services_.limits, *endpoint_.new_request(&arena_));
  if (!message) return Cut(message.error());
  taking_ = true;
  operation_->Take(**message);
  taking_ = false;
  arena_.Reset();
  ReadMore();
}

bool IntakeCall::Full() { return pump_.Full(); }

void IntakeCall::OnMessage(google::protobuf::Message& message) { pump_.Push(message); }

void IntakeCall::OnEnd(std::optional<Error> error) { Finish(std::move(error)); }

void IntakeCall::OnRoom() {
  account_.Resumed();
  ReadMore();
}

void IntakeCall::Finish(std::optional<Error> error) {
  deadline_timer_.Cancel();
  account_.End(error ? &*error : nullptr, operation_ ? operation_->report() : openai::Report{},
               error ? 0 : 1);
  pump_.End(std::move(error), account_.request_id());
}

void IntakeCall::Tend(SteadyTime now) {
  if (account_.GivesUp(now)) return wire_->Cancel();
  if (operation_ && account_.memory().WaitedLongEnough()) operation_->Resume();
}

void IntakeCall::Shed(const Error& error) {
  const bool in_the_way = account_.ended();
  Cut(error);
  if (in_the_way) wire_->Cancel();
}

void IntakeCall::Cut(const Error& error) {
  if (account_.ended()) return;
  Finish(error);
  operation_.reset();
}

void IntakeCall::OnGone() {
  done_ = true;
  deadline_timer_.Cancel();
  if (!account_.ended()) {
    const Error gone = account_.Gone();
    account_.End(&gone, operation_ ? operation_->report() : openai::Report{}, 0);
  }
  // The upstream's connection closes here, in the same turn of the loop.
  operation_.reset();
  pump_.Abandon();
  DeleteIfOver();
}

void IntakeCall::DeleteIfOver() {
  if (done_ && !reading_ && !pump_.busy()) delete this;
}

}  // namespace inferwire::rpc
