#include "upstream/retry.h"

#include <algorithm>

namespace inferwire::upstream {

std::optional<Duration> RetryDelay(const FailedAttempt& failed, Random& random) {
  constexpr std::chrono::milliseconds kFirst{500}, kMost{8000};
  if (!failed.outcome.provably_unsent || failed.number > failed.max_retries) return std::nullopt;
  const auto ceiling = std::min(kMost, kFirst * (1 << std::min(failed.number - 1, 10)));
  const Duration delay = std::chrono::duration_cast<Duration>(ceiling * random.Uniform());
  if (delay >= failed.time_left) return std::nullopt;
  return delay;
}

}  // namespace inferwire::upstream
