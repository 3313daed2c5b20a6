#include "rpc/call.h"

#include <utility>

#include "gateway/gateway_info.h"
#include "openai/error.h"

namespace inferwire::rpc {

Call::Call(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
           std::unique_ptr<Wire> wire)
    : Rpc(std::move(wire)),
      LiveCall(services->live),
      kept_(std::move(services)),
      services_(*kept_),
      endpoint_(endpoint),
      recorder_(services_, endpoint, this->wire()),
      pump_(this->wire(), services_.limits.queue, endpoint.answers_once(), recorder_.memory(),
            *this) {}

Call::~Call() { recorder_.Sent(pump_.written()); }

void Call::Run() {
  auto started = recorder_.Identified();
  if (started) started = Start();
  if (!started) Finish(std::move(started.error()));
  AwaitEnd();
}

Result<void> Call::Admit(const CallRecorder::Ask& ask) {
  auto parked = recorder_.Admit(ask);
  if (!parked) return std::move(parked.error());
  if (!*parked) return Begin();
  parked_ = std::make_unique<policy::ParkedCall>(services_.policies, recorder_.call(),
                                                 std::move(**parked), services_.runtime.timers,
                                                 static_cast<policy::ParkedCall::Observer&>(*this));
  return {};
}

void Call::OnAdmitted(policy::Admission admission) {
  parked_.reset();
  recorder_.Admitted(std::move(admission));
  if (auto begun = Begin(); !begun) Finish(std::move(begun.error()));
}

void Call::CutAt(SteadyTime deadline) {
  deadline_timer_ = std::make_unique<Timer>(services_.runtime.timers, [this] {
    Cut(openai::DeadlineExceeded("the call's deadline passed", {}));
  });
  deadline_timer_->Set(deadline);
}

bool Call::AnswersFull() {
  const bool full = pump_.Full();
  if (full) {
    recorder_.Paused();
    recorder_.WaitsForCaller(stats());
  }
  return full;
}

void Call::OnDrained() {
  recorder_.Resumed();
  recorder_.CallerCame(stats());
  Resume();
}

void Call::ReadMore() {
  if (reading_ || taking_ || input_ended_ || recorder_.ended() || !Wanted()) return;
  reading_ = true;
  recorder_.WaitsForCaller(stats());
  wire().Read(incoming_, read_tag_);
}

void Call::OnRead(bool ok) {
  reading_ = false;
  if (recorder_.ended()) return DeleteIfOver();
  recorder_.CallerCame(stats());
  if (!ok) {
    input_ended_ = true;
    return EndOfInput();
  }
  recorder_.Received();
  taking_ = true;
  Take(incoming_);
  taking_ = false;
  ReadMore();
}

void Call::Finish(std::optional<Error> error) {
  if (recorder_.ended()) return;
  parked_.reset();
  if (deadline_timer_) deadline_timer_->Cancel();
  recorder_.End(error ? &*error : nullptr, stats());
  pump_.End(std::move(error), recorder_.request_id());
}

void Call::Tend(SteadyTime now) {
  if (recorder_.GivesUp(now)) return wire().Cancel();
  TendOperations();
}

void Call::Shed(const Error& error) {
  const bool in_the_way = recorder_.ended() || pump_.busy();
  Cut(error);
  if (in_the_way) wire().Cancel();
}

void Call::Cut(const Error& error) {
  if (recorder_.ended()) return;
  Error told = error;
  Abandon(error);
  gateway::AddProgress(stats(), told);
  Finish(std::move(told));
  Drop();
}

void Call::OnOver() {
  EndGone();
  pump_.Abandon();
}

void Call::OnBroken() {
  EndGone();
  DeleteIfOver();
}

void Call::EndGone() {
  parked_.reset();
  if (deadline_timer_) deadline_timer_->Cancel();
  if (!recorder_.ended()) {
    const Error gone = recorder_.Gone();
    Abandon(gone);
    recorder_.End(&gone, stats());
  }
  Drop();
}

}  // namespace inferwire::rpc
