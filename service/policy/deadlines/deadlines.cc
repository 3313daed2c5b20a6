#include "policy/deadlines/deadlines.h"

#include <algorithm>

namespace inferwire::policy {

Duration DeadlineMargin(Duration left) {
  constexpr Duration kLeast = std::chrono::milliseconds(5), kMost = std::chrono::milliseconds(50);
  const Duration least = std::min(kLeast, left / 10);
  return std::clamp(std::max(left / 50, least), Duration::zero(), kMost);
}

Result<void> Deadlines::Admit(Call& call) {
  const SteadyTime now = clock_.Now();
  const Duration most = call.session ? limits_.session : limits_.max;
  const Duration usual = call.session     ? limits_.session
                         : call.streaming ? limits_.stream
                                          : limits_.unary;
  const SteadyTime wanted = call.caller_deadline.value_or(now + usual);
  call.deadline = std::min(wanted, now + most);
  if (call.deadline > now) return {};
  Error error;
  error.code = Code::kDeadlineExceeded;
  error.reason = v1::ERROR_REASON_DEADLINE;
  error.origin = Origin::kCaller;
  error.message = "the deadline had passed before the call began";
  error.safe_to_retry = true;
  error.metadata["phase"] = "admission";
  return error;
}

}  // namespace inferwire::policy
