#include "inferwire/client/many.h"

#include <algorithm>
#include <thread>

#include "many_session.h"
#include "status.h"
#include "stream_source.h"

namespace inferwire::client {

ManyCall::Session::Session(std::unique_ptr<Call> call, std::unique_ptr<v1::ChatService::Stub> stub,
                           v1::CompleteManyConfig config)
    : call_(std::move(call)), stub_(std::move(stub)) {
  *outbox_.emplace_back().mutable_config() = std::move(config);
}

ManyOutcome ManyCall::Session::Run(const NextItem& next, const ManyHandlers& handlers) {
  // Runs before the threads are joined, also when a handler throws: they must not wait for ever.
  struct Ending {
    Session& session;
    bool read_to_end = false;
    ~Ending() {
      // Not when the stream ended by itself: a cancel could still replace its status.
      if (!read_to_end) session.call_->Cancel();
      session.Close();
    }
  };
  ManyOutcome outcome;
  const auto stream = stub_->CompleteMany(&call_->context());
  {
    std::jthread feeder([&] { Feed(next); });
    std::jthread writer([&] { Write(*stream); });
    Ending ending{*this};
    Read(*stream, handlers, outcome);
    ending.read_to_end = true;
  }
  outcome.status = ToResult(stream->Finish());
  std::lock_guard lock(mutex_);
  if (outcome.status.ok() && !saw_summary_) outcome.status = Truncated();
  outcome.progress = progress_;
  outcome.unfinished.assign(in_flight_.begin(), in_flight_.end());
  std::ranges::sort(outcome.unfinished);
  return outcome;
}

void ManyCall::Session::Feed(const NextItem& next) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] {
        return closed_ || std::cmp_less(in_flight_.size(), progress_.max_in_flight);
      });
      if (closed_) return;
    }
    auto item = next();
    std::lock_guard lock(mutex_);
    if (item) {
      in_flight_.insert(item->item_id());
      *outbox_.emplace_back().mutable_item() = *std::move(item);
    } else {
      no_more_items_ = true;
    }
    changed_.notify_all();
    if (no_more_items_) return;
  }
}

void ManyCall::Session::Write(Stream& stream) {
  while (true) {
    v1::CompleteManyRequest message;
    {
      std::unique_lock lock(mutex_);
      // Half-closing only after the last answer keeps the way for cancels open.
      const auto all_answered = [this] { return no_more_items_ && in_flight_.empty(); };
      changed_.wait(lock, [&] { return closed_ || !outbox_.empty() || all_answered(); });
      if (closed_) return;
      if (outbox_.empty()) break;
      message = std::move(outbox_.front());
      outbox_.pop_front();
      if (message.has_item()) ++progress_.sent, ++progress_.in_flight;
    }
    if (!stream.Write(message)) return;  // the stream is over: the reader learns why
  }
  stream.WritesDone();
}

void ManyCall::Session::Read(Stream& stream, const ManyHandlers& handlers, ManyOutcome& outcome) {
  v1::CompleteManyResponse message;
  while (stream.Read(&message)) {
    switch (message.event_case()) {
      case v1::CompleteManyResponse::kReady:
        OnReady(message.ready());
        break;
      case v1::CompleteManyResponse::kChunk:
        if (handlers.on_chunk) handlers.on_chunk(message.chunk());
        break;
      case v1::CompleteManyResponse::kResult: {
        const ManyProgress progress = OnResult(message.result());
        if (handlers.on_result) handlers.on_result(message.result());
        if (handlers.on_progress) handlers.on_progress(progress);
        break;
      }
      case v1::CompleteManyResponse::kSummary: {
        std::lock_guard lock(mutex_);
        saw_summary_ = true;
        outcome.summary = message.summary();
        break;
      }
      case v1::CompleteManyResponse::EVENT_NOT_SET:
        break;  // a newer server's event
    }
  }
}

void ManyCall::Session::OnReady(const v1::CompleteManyReady& ready) {
  std::lock_guard lock(mutex_);
  progress_.max_in_flight = std::max(ready.max_in_flight(), 1);
  changed_.notify_all();
}

ManyProgress ManyCall::Session::OnResult(const v1::CompleteManyResult& result) {
  std::lock_guard lock(mutex_);
  if (const auto it = in_flight_.find(result.item_id()); it != in_flight_.end()) {
    in_flight_.erase(it);
    --progress_.in_flight;
  }
  if (!result.has_error()) {
    ++progress_.succeeded;
  } else if (result.error().code() == grpc::StatusCode::CANCELLED) {
    ++progress_.cancelled;
  } else {
    ++progress_.failed;
  }
  changed_.notify_all();
  return progress_;
}

void ManyCall::Session::CancelItem(const std::string& item_id) {
  std::lock_guard lock(mutex_);
  if (closed_ || !in_flight_.contains(item_id)) return;
  outbox_.emplace_back().mutable_cancel()->set_item_id(item_id);
  changed_.notify_all();
}

void ManyCall::Session::Close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

ManyCall::ManyCall(std::unique_ptr<Session> session) : session_(std::move(session)) {}
ManyCall::ManyCall(ManyCall&&) noexcept = default;
ManyCall& ManyCall::operator=(ManyCall&&) noexcept = default;
ManyCall::~ManyCall() = default;

ManyOutcome ManyCall::Run(const NextItem& next, const ManyHandlers& handlers) {
  return session_->Run(next, handlers);
}

void ManyCall::CancelItem(const std::string& item_id) { session_->CancelItem(item_id); }

}  // namespace inferwire::client
