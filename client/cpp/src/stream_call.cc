#include "stream_call.h"

#include "status.h"
#include "stream_source.h"

namespace llmgate::client {

void StreamCall::Reactor::Start(v1::ChatService::Stub& stub, std::shared_ptr<Reactor> self) {
  self_ = std::move(self);
  stub.async()->StreamComplete(&call_->context(), &request_, this);
  StartRead(&event_.message);
  StartCall();
}

void StreamCall::Reactor::OnReadDone(bool ok) {
  if (!ok) return;  // OnDone follows
  complete_ = complete_ || IsLast(event_.message);
  Enter();
  if (handlers_.on_event) handlers_.on_event(event_);
  Leave();
  StartRead(&event_.message);
}

void StreamCall::Reactor::OnDone(const grpc::Status& status) {
  Result<void> result = ToResult(status);
  if (result.ok() && !complete_) result = Truncated();
  Enter();
  if (handlers_.on_done) handlers_.on_done(result);
  Leave();
  const auto self = std::move(self_);  // dies last
  std::lock_guard lock(mutex_);
  status_ = std::move(result);
  done_ = true;
  done_changed_.notify_all();
}

Result<void> StreamCall::Reactor::Wait() {
  std::unique_lock lock(mutex_);
  done_changed_.wait(lock, [this] { return done_; });
  return status_;
}

bool StreamCall::Reactor::InsideHandler() const {
  std::lock_guard lock(mutex_);
  return handler_thread_ == std::this_thread::get_id();
}

void StreamCall::Reactor::Enter() {
  std::lock_guard lock(mutex_);
  handler_thread_ = std::this_thread::get_id();
}

void StreamCall::Reactor::Leave() {
  std::lock_guard lock(mutex_);
  handler_thread_ = {};
}

StreamCall::StreamCall(std::shared_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {}

StreamCall& StreamCall::operator=(StreamCall&& other) noexcept {
  Stop();
  reactor_ = std::move(other.reactor_);
  return *this;
}

StreamCall::~StreamCall() { Stop(); }

void StreamCall::Cancel() { reactor_->Cancel(); }

Result<void> StreamCall::Wait() { return reactor_->Wait(); }

void StreamCall::Stop() {
  if (!reactor_) return;
  reactor_->Cancel();
  if (!reactor_->InsideHandler()) (void)reactor_->Wait();
}

}  // namespace llmgate::client
