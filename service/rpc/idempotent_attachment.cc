#include "rpc/idempotent_attachment.h"

#include <utility>

#include "gateway/call_options.h"
#include "policy/concurrency/concurrency.h"
#include "rpc/replayed.h"

namespace inferwire::rpc {
namespace {

using Joined = IdempotentAnswer::Joined;
using telemetry::KeyResult;

// What was told before is told as that.
Error Repeated(Error error, const std::string& first_request_id) {
  error.metadata["replayed"] = "true";
  error.metadata["first_request_id"] = first_request_id;
  return error;
}

}  // namespace

Result<std::unique_ptr<gateway::Operation>> IdempotentAttachment::Make(
    const std::shared_ptr<const CallServices>& services, const Endpoint& endpoint,
    CallRecorder& recorder, Message& request, Observer& observer) {
  std::unique_ptr<IdempotentAttachment> made(
      new IdempotentAttachment(services, endpoint, observer));
  if (auto joined = made->Join(recorder, request); !joined) return joined.error();
  return std::unique_ptr<gateway::Operation>(std::move(made));
}

IdempotentAttachment::IdempotentAttachment(const std::shared_ptr<const CallServices>& services,
                                           const Endpoint& endpoint, Observer& observer)
    : services_(services),
      endpoint_(endpoint),
      calls_(*services->idempotent),
      observer_(observer),
      listener_(
          std::make_shared<IdempotentListener>(services->runtime.mailbox, [this] { Deliver(); })) {}

IdempotentAttachment::~IdempotentAttachment() {
  Leave(v1::ERROR_REASON_CANCELLED);
  listener_->Close();
}

Result<void> IdempotentAttachment::Join(CallRecorder& recorder, Message& request) {
  const v1::CallOptions& options = endpoint_.begin.options(request);
  gateway::IdempotencyKey key{recorder.owner(), std::string(endpoint_.method),
                              options.idempotency_key()};
  if (auto good = gateway::CheckIdempotencyKey(key.name); !good) return good.error();
  std::string fingerprint = endpoint_.begin.fingerprint(request);
  stats_.operation = endpoint_.operation;
  stats_.request_id = recorder.request_id();
  // What is found may have ended meanwhile without leaving anything.
  constexpr int kMostTries = 3;
  for (int tries = 0; tries < kMostTries; ++tries) {
    auto found = calls_.Find(key, fingerprint, recorder.request_id(), services_->limits.queue);
    if (!found) return found.error();
    answer_ = std::move(found->answer);
    if (found->first) {
      BeFirst(recorder, request, std::move(key), std::move(fingerprint));
      return {};
    }
    const Joined joined = answer_->Join(listener_);
    if (joined == Joined::kFreed) continue;
    if (joined == Joined::kTooLong) {
      calls_.metrics().Called(KeyResult::kInProgress);
      return TooLongToAttach(answer_->request_id());
    }
    replayed_ = joined == Joined::kEnded;
    return JoinAsOneMore();
  }
  return policy::Overloaded("calls with this idempotency key end as fast as they begin");
}

Result<void> IdempotentAttachment::JoinAsOneMore() {
  has_place_ = calls_.TakePlace();
  if (!has_place_) {
    calls_.metrics().Called(KeyResult::kRefused);
    return policy::Overloaded("as many calls wait for another one's answer as may");
  }
  calls_.metrics().Called(replayed_ ? KeyResult::kReplayed : KeyResult::kAttached);
  return {};
}

void IdempotentAttachment::BeFirst(CallRecorder& recorder, Message& request,
                                   gateway::IdempotencyKey key, std::string fingerprint) {
  const v1::CallOptions& options = endpoint_.begin.options(request);
  request_ = &request;
  run_ =
      new IdempotentRun({services_, endpoint_, std::move(key), std::move(fingerprint), answer_,
                         recorder.call(), recorder.context(), recorder.caller(),
                         options.route().resend() == v1::RESEND_ANYTHING, recorder.max_queue_wait(),
                         std::string(recorder.tags().user), std::string(recorder.tags().label)});
  answer_->Join(listener_);
}

void IdempotentAttachment::Start() {
  // All that passes is somebody else's work.
  stats_.upstream_since = services_->runtime.timers.Now();
  if (run_) run_->Begin(*std::exchange(request_, nullptr), *this);
  Deliver();
}

const gateway::CallStats& IdempotentAttachment::stats() const {
  return run_ ? run_->stats() : stats_;
}

void IdempotentAttachment::OnRunEnded(const gateway::CallStats& stats) {
  run_ = nullptr;
  stats_ = stats;
}

void IdempotentAttachment::Deliver() {
  if (over_ || std::exchange(delivering_, true)) return;
  using Next = IdempotentAnswer::Next;
  IdempotentAnswer::Piece piece;
  while (!over_) {
    Next next = answer_->See(listener_);
    if (next == Next::kNothing || (next == Next::kPiece && observer_.Full())) break;
    next = answer_->Take(listener_, piece);
    if (next == Next::kPiece) {
      Give(piece);
    } else if (next == Next::kLost) {
      calls_.metrics().Called(KeyResult::kInProgress);
      EndWith(TooLongToAttach(answer_->request_id()));
    } else if (replayed_ && answer_->error()) {
      EndWith(Repeated(*answer_->error(), answer_->request_id()));
    } else {
      EndWith(answer_->error());
    }
  }
  delivering_ = false;
}

void IdempotentAttachment::Give(const IdempotentAnswer::Piece& piece) {
  if (has_place_) ++stats_.events;
  if (!replayed_ || !piece.has_gateway) return observer_.OnBytes(piece.bytes);
  observer_.OnBytes(MarkReplayed(piece.bytes, *endpoint_.begin.answer));
}

void IdempotentAttachment::EndWith(std::optional<Error> error) {
  over_ = true;
  if (has_place_ && !replayed_ && answer_->TakesBooks()) stats_ = answer_->stats();
  if (stats_.upstream_since) {
    stats_.upstream_time += services_->runtime.timers.Now() - *stats_.upstream_since;
    stats_.upstream_since.reset();
  }
  Leave(v1::ERROR_REASON_CANCELLED);
  observer_.OnEnd(std::move(error));
}

void IdempotentAttachment::Abandon(v1::ErrorReason reason) {
  over_ = true;
  Leave(reason);
}

void IdempotentAttachment::Leave(v1::ErrorReason reason) {
  over_ = true;
  if (std::exchange(has_place_, false)) calls_.LeavePlace();
  if (!answer_) return;
  const bool last = answer_->Leave(listener_);
  if (!run_) return;
  // At once: what it may cost is to be told.
  if (last) return run_->Abandon(reason);
  stats_ = run_->stats();
  std::exchange(run_, nullptr)->ForgetFirst();
}

}  // namespace inferwire::rpc
