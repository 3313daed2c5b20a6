#include "rpc/client_retries.h"

#include <string>
#include <utility>

namespace inferwire::rpc {

void ClientRetries::Turn(SteadyTime now) {
  constexpr Duration kHalf = kWindow / 2;
  if (now - half_began_ < kHalf) return;
  const bool next = now - half_began_ < 2 * kHalf;
  half_began_ = next ? half_began_ + kHalf : now;
  current_ = 1 - current_;
  halves_[current_] = {};
  if (!next) halves_[1 - current_] = {};
}

void ClientRetries::Arrived(gateway::CallerKey caller, std::string_view name, bool repeated,
                            SteadyTime now) {
  Turn(now);
  for (size_t row = 0; row < 2; ++row) {
    Counts& counts = halves_[current_][row][Place(caller, row)];
    ++counts.calls;
    if (repeated) ++counts.repeated;
  }
  if (repeated) metrics_.Repeated(name);
}

Error ClientRetries::Answer(Error refusal, gateway::CallerKey caller, bool repeated) const {
  if (!repeated || !refusal.safe_to_retry || refusal.stops_retries) return refusal;
  std::array<int64_t, 2> calls{}, repetitions{};
  for (size_t row = 0; row < 2; ++row) {
    for (const Rows& half : halves_) {
      calls[row] += half[row][Place(caller, row)].calls;
      repetitions[row] += half[row][Place(caller, row)].repeated;
    }
  }
  const size_t row = calls[0] <= calls[1] ? 0 : 1;
  const bool fine =
      repetitions[row] <= kAlwaysFine || repetitions[row] * 100 <= calls[row] * kMostPercent;
  if (fine) return refusal;
  metrics_.Limited();
  Error error = std::move(refusal);
  error.metadata["refused_for"] = ReasonName(error.reason);
  error.metadata["repeated"] = std::to_string(repetitions[row]);
  error.metadata["calls"] = std::to_string(calls[row]);
  error.message =
      "too many of this caller's calls are repetitions, and there is no room: " + error.message;
  error.code = Code::kResourceExhausted;
  error.reason = v1::ERROR_REASON_CLIENT_RETRY_LIMITED;
  error.stops_retries = true;
  return error;
}

}  // namespace inferwire::rpc
