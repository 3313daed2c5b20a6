#include "rpc/client_stream_call.h"

#include <utility>

#include "openai/error.h"
#include "rpc/request.h"

namespace inferwire::rpc {

void ClientStreamCall::Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                             std::unique_ptr<Wire> wire) {
  (new ClientStreamCall(std::move(services), endpoint, std::move(wire)))->Begin();
}

ClientStreamCall::ClientStreamCall(std::shared_ptr<const CallServices> services,
                                   const Endpoint& endpoint, std::unique_ptr<Wire> wire)
    : Call(std::move(services)),
      endpoint_(endpoint),
      wire_(std::move(wire)),
      recorder_(services_, endpoint, *wire_),
      pump_(*wire_, services_.limits.queue, /*unary=*/true, recorder_.memory(),
            {.room = [] {},
             .broken = [this] { DeleteIfOver(); },
             .finished = [this] { DeleteIfOver(); }}),
      deadline_timer_(services_.runtime.timers,
                      [this] { Cut(openai::DeadlineExceeded("the call's deadline passed", {})); }) {
}

void ClientStreamCall::Begin() {
  if (auto started = StartOperation(); !started) {
    Finish(std::move(started.error()));
  } else {
    ReadMore();
  }
  wire_->OnDone([this] { OnGone(); });  // may delete this
}

Result<void> ClientStreamCall::StartOperation() {
  if (auto admitted = recorder_.Admit(""); !admitted) return admitted.error();
  auto operation =
      endpoint_.begin_client_stream.operation(services_.runtime, recorder_.context(), *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  deadline_timer_.Set(recorder_.deadline());
  operation_->Start();
  return {};
}

void ClientStreamCall::ReadMore() {
  if (reading_ || taking_ || half_closed_ || done_ || recorder_.ended()) return;
  if (!operation_->HasRoom()) return recorder_.Paused();
  reading_ = true;
  recorder_.WaitsForCaller(operation_->stats());
  wire_->Read(incoming_, read_tag_);
}

void ClientStreamCall::OnRead(bool ok) {
  reading_ = false;
  if (done_ || recorder_.ended()) return DeleteIfOver();
  recorder_.CallerCame(operation_->stats());
  if (!ok) {
    half_closed_ = true;
    return operation_->EndOfInput();
  }
  recorder_.Received();
  auto message = ParseRequest(incoming_, services_.limits,
                              *endpoint_.begin_client_stream.new_request(&arena_));
  if (!message) return Cut(message.error());
  taking_ = true;
  operation_->Take(**message);
  taking_ = false;
  arena_.Reset();
  ReadMore();
}

bool ClientStreamCall::Full() { return pump_.Full(); }

void ClientStreamCall::OnMessage(google::protobuf::Message& message) { pump_.Push(message); }

void ClientStreamCall::OnEnd(std::optional<Error> error) { Finish(std::move(error)); }

void ClientStreamCall::OnRoom() {
  recorder_.Resumed();
  ReadMore();
}

void ClientStreamCall::Finish(std::optional<Error> error) {
  deadline_timer_.Cancel();
  recorder_.End(error ? &*error : nullptr, operation_ ? operation_->stats() : gateway::CallStats{},
                error ? 0 : 1);
  pump_.End(std::move(error), recorder_.request_id());
}

void ClientStreamCall::Tend(SteadyTime now) {
  if (recorder_.GivesUp(now)) return wire_->Cancel();
  if (operation_ && recorder_.memory().WaitedLongEnough()) operation_->Resume();
}

void ClientStreamCall::Shed(const Error& error) {
  const bool in_the_way = recorder_.ended();
  Cut(error);
  if (in_the_way) wire_->Cancel();
}

void ClientStreamCall::Cut(const Error& error) {
  if (recorder_.ended()) return;
  Finish(error);
  operation_.reset();
}

void ClientStreamCall::OnGone() {
  done_ = true;
  deadline_timer_.Cancel();
  if (!recorder_.ended()) {
    const Error gone = recorder_.Gone();
    recorder_.End(&gone, operation_ ? operation_->stats() : gateway::CallStats{}, 0);
  }
  // The upstream's connection closes here, in the same turn of the loop.
  operation_.reset();
  pump_.Abandon();
  DeleteIfOver();
}

void ClientStreamCall::DeleteIfOver() {
  if (done_ && !reading_ && !pump_.busy()) delete this;
}

}  // namespace inferwire::rpc
