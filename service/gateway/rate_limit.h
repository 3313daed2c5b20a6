// A limit of an upstream's, as its answer states it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace inferwire::gateway {

struct RateLimit {
  std::string metric;  // requests, tokens, project-tokens, ...
  std::optional<int64_t> limit, remaining;
  std::optional<Duration> reset_after;
};

}  // namespace inferwire::gateway
