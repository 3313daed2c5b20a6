#include "stream_call.h"

#include "status.h"
#include "stream_source.h"

namespace inferwire::client {

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
  const auto ending = ending_;
  LetGo(std::move(self_));
  // Only now may a StreamCall go: then nothing of the call is held here.
  std::lock_guard lock(ending->mutex);
  ending->status = std::move(result);
  ending->done = true;
  ending->changed.notify_all();
}

// A StreamCall that still holds it waits for the ending; if none does, none can any more.
void StreamCall::Reactor::LetGo(std::shared_ptr<Reactor> reactor) {
  if (reactor.use_count() > 1) return;
  std::thread([last = std::move(reactor)]() mutable { last.reset(); }).detach();
}

Result<void> StreamCall::Reactor::Wait() {
  std::unique_lock lock(ending_->mutex);
  ending_->changed.wait(lock, [this] { return ending_->done; });
  return ending_->status;
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

}  // namespace inferwire::client
