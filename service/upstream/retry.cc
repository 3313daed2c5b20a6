#include "upstream/retry.h"

#include "base/backoff.h"

namespace inferwire::upstream {

std::optional<Duration> RetryDelay(const FailedAttempt& failed, Random& random) {
  constexpr std::chrono::milliseconds kFirst{500}, kMost{8000};
  if (!failed.outcome.provably_unsent || failed.number > failed.max_retries) return std::nullopt;
  const Duration delay = FullJitterBackoff(kFirst, kMost, failed.number, random);
  if (delay >= failed.time_left) return std::nullopt;
  return delay;
}

}  // namespace inferwire::upstream
