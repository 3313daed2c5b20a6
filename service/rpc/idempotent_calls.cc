#include "rpc/idempotent_calls.h"

#include <utility>

namespace inferwire::rpc {
namespace {

using telemetry::KeyResult;

// What is known of a key beside its answer.
size_t BytesOf(const std::string& key) {
  constexpr size_t kEntry = 512;
  return kEntry + key.size();
}

Error Refuse(Code code, v1::ErrorReason reason, std::string message,
             const std::string& first_request_id) {
  Error error;
  error.code = code;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  error.metadata["first_request_id"] = first_request_id;
  return error;
}

void AddUse(const gateway::KeyedUse& use, Error& error) {
  const auto add = [&](const char* name, const std::optional<int64_t>& number) {
    if (number) error.metadata[name] = std::to_string(*number);
  };
  add("input_tokens", use.input_tokens);
  add("output_tokens", use.output_tokens);
  add("cost_picousd", use.picousd);
}

}  // namespace

Error KeyReused(const std::string& first_request_id) {
  return Refuse(Code::kAlreadyExists, v1::ERROR_REASON_IDEMPOTENCY_KEY_REUSED,
                "the idempotency key was used before, for another request", first_request_id);
}

Error ResultGone(const gateway::KeyedUse& use) {
  Error error = Refuse(Code::kAlreadyExists, v1::ERROR_REASON_IDEMPOTENT_RESULT_GONE,
                       "the call with this idempotency key has ended, and its answer is not kept",
                       use.request_id);
  error.origin = Origin::kGateway;
  AddUse(use, error);
  return error;
}

Error TooLongToAttach(const std::string& first_request_id) {
  Error error =
      Refuse(Code::kAborted, v1::ERROR_REASON_IDEMPOTENT_IN_PROGRESS,
             "the call with this idempotency key runs, and has said more than can be repeated",
             first_request_id);
  error.origin = Origin::kGateway;
  return error;
}

Error OutcomeUnknown(const gateway::KeyedUse& use) {
  Error error = Refuse(Code::kAborted, v1::ERROR_REASON_IDEMPOTENT_OUTCOME_UNKNOWN,
                       "the replica that ran the call with this idempotency key is gone; the call "
                       "may be billed",
                       use.request_id);
  error.origin = Origin::kGateway;
  error.metadata["maybe_billed"] = "unknown";
  return error;
}

Result<IdempotentCalls::Found> IdempotentCalls::Find(const gateway::IdempotencyKey& key,
                                                     const std::string& fingerprint,
                                                     const std::string& request_id,
                                                     const PumpLimits& ahead) {
  std::lock_guard lock(mutex_);
  SweepLocked(clock_.Now());
  const auto [at, is_new] = entries_.try_emplace(key.text());
  Entry& entry = at->second;
  if (is_new) {
    entry.fingerprint = fingerprint;
    entry.use.request_id = request_id;
    entry.answer = std::make_shared<IdempotentAnswer>(
        request_id, IdempotentAnswer::Limits{limits_.answer_bytes, ahead});
    return Found{entry.answer, true};
  }
  if (entry.fingerprint != fingerprint) {
    metrics_.Called(KeyResult::kReused);
    return KeyReused(entry.use.request_id);
  }
  if (!entry.answer) {
    metrics_.Called(KeyResult::kGone);
    return ResultGone(entry.use);
  }
  return Found{entry.answer, false};
}

void IdempotentCalls::Ended(const gateway::IdempotencyKey& key, const gateway::KeyedUse& use,
                            Outcome outcome, bool whole) {
  std::lock_guard lock(mutex_);
  const SteadyTime now = clock_.Now();
  SweepLocked(now);
  const auto at = entries_.find(key.text());
  if (at == entries_.end() || at->second.ended) return;
  Entry& entry = at->second;
  if (outcome == Outcome::kFree) {
    entries_.erase(at);
    return;
  }
  entry.ended = true;
  entry.use = use;
  if (whole) {
    entry.answer_bytes = entry.answer->held_bytes();
  } else {
    entry.answer = nullptr;
  }
  key_bytes_ += BytesOf(at->first);
  answer_bytes_ += entry.answer_bytes;
  ends_.push_back({at, now});
  if (answers_ == ends_.end()) answers_ = std::prev(ends_.end());
  StayWithinMemory();
  Tell();
}

void IdempotentCalls::StayWithinMemory() {
  const size_t keys = limits_.memory_bytes / 4;
  for (; answer_bytes_ > limits_.memory_bytes - keys && answers_ != ends_.end(); ++answers_) {
    ForgetAnswer(answers_->entry->second);
  }
  while (key_bytes_ > keys && !ends_.empty()) RemoveOldest();
}

void IdempotentCalls::ForgetAnswer(Entry& entry) {
  entry.answer = nullptr;
  answer_bytes_ -= std::exchange(entry.answer_bytes, 0);
}

void IdempotentCalls::RemoveOldest() {
  const auto oldest = ends_.begin();
  if (answers_ == oldest) ++answers_;
  ForgetAnswer(oldest->entry->second);
  key_bytes_ -= BytesOf(oldest->entry->first);
  entries_.erase(oldest->entry);
  ends_.erase(oldest);
}

void IdempotentCalls::Tell() {
  metrics_.Kept(key_bytes_ + answer_bytes_);
  next_sweep_ =
      ends_.empty() ? INT64_MAX : (ends_.front().at + limits_.keep).time_since_epoch().count();
}

void IdempotentCalls::Sweep() {
  const SteadyTime now = clock_.Now();
  if (now.time_since_epoch().count() < next_sweep_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  SweepLocked(now);
}

void IdempotentCalls::SweepLocked(SteadyTime now) {
  if (ends_.empty() || ends_.front().at + limits_.keep > now) return;
  while (!ends_.empty() && ends_.front().at + limits_.keep <= now) RemoveOldest();
  Tell();
}

bool IdempotentCalls::TakePlace() {
  const size_t now = waiting_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (now > limits_.waiting) {
    waiting_.fetch_sub(1, std::memory_order_relaxed);
    return false;
  }
  metrics_.Waiting(now);
  return true;
}

void IdempotentCalls::LeavePlace() {
  metrics_.Waiting(waiting_.fetch_sub(1, std::memory_order_relaxed) - 1);
}

}  // namespace inferwire::rpc
