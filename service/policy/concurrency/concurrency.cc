#include "policy/concurrency/concurrency.h"

#include <cassert>
#include <string>

namespace inferwire::policy {

Error Overloaded(std::string message) {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_OVERLOADED;
  error.origin = Origin::kGateway;
  error.message = std::move(message);
  error.safe_to_retry = true;
  error.retry_after = kOverloadedRetryAfter;
  return error;
}

Error Concurrency::Refuse(telemetry::Shed bound, std::string message) const {
  if (metrics_) metrics_->Refused(bound);
  Error error = Overloaded(std::move(message));
  error.metadata["limit"] = std::to_string(max_in_flight_);
  return error;
}

Result<void> Concurrency::Admit(Call& call) {
  // Refusing it would cost as much as answering it, and it holds no place for longer than a moment.
  if (call.answered_here) return {};
  // Compare and swap, not add and take back: a refusal must not make another call's attempt fail.
  int64_t now = count_->all.load(std::memory_order_relaxed);
  while (now < max_in_flight_) {
    if (!share_.Allows(count_->by_caller.Of(call.caller), max_in_flight_ - now)) {
      return Refuse(telemetry::Shed::kCallerInFlight,
                    "this caller has more than its share of the calls that the gateway takes");
    }
    if (now >= gateway::PartOf(max_in_flight_, call.priority)) {
      return Refuse(telemetry::Shed::kLowPriority, "the gateway takes no more " +
                                                       std::string(Name(call.priority)) +
                                                       " calls beside those that are in flight");
    }
    if (count_->all.compare_exchange_weak(now, now + 1, std::memory_order_relaxed)) {
      count_->by_caller.Add(call.caller, 1);
      return {};
    }
  }
  return Refuse(telemetry::Shed::kInFlight, "the gateway has as many calls in flight as it takes");
}

void Concurrency::Settle(const Call& call, const Settlement&) {
  if (call.answered_here) return;
  count_->by_caller.Add(call.caller, -1);
  [[maybe_unused]] const int64_t before = count_->all.fetch_sub(1, std::memory_order_relaxed);
  assert(before > 0);
}

}  // namespace inferwire::policy
