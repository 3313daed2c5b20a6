#include "policy/concurrency.h"

#include <cassert>

namespace llmgate::policy {

Result<void> Concurrency::Admit(Call&) {
  // Compare and swap, not add and take back: a refusal must not make another call's attempt fail.
  int64_t now = in_flight_->load(std::memory_order_relaxed);
  while (now < max_in_flight_) {
    if (in_flight_->compare_exchange_weak(now, now + 1, std::memory_order_relaxed)) return {};
  }
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_OVERLOADED;
  error.origin = Origin::kGateway;
  error.message = "the gateway has as many calls in flight as it takes";
  error.safe_to_retry = true;
  error.retry_after = kOverloadedRetryAfter;
  error.metadata["limit"] = std::to_string(max_in_flight_);
  return error;
}

void Concurrency::Settle(const Call&, const Outcome&) {
  [[maybe_unused]] const int64_t before = in_flight_->fetch_sub(1, std::memory_order_relaxed);
  assert(before > 0);
}

}  // namespace llmgate::policy
