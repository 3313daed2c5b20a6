// Whether and when a failed attempt is repeated. A completion is paid for and cannot be taken back,
// so an attempt is repeated only if no byte of it left this machine.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "http/transport.h"

namespace inferwire::upstream {

struct FailedAttempt {
  const http::Outcome& outcome;
  int number = 1;  // of the attempt that failed
  int max_retries = 0;
  Duration time_left{};  // until the call's deadline
};

// How long to wait before the next attempt: full jitter, doubling from 0.5 s (reliability:
// retries). Nothing: give up.
std::optional<Duration> RetryDelay(const FailedAttempt& failed, Random& random);

}  // namespace inferwire::upstream
