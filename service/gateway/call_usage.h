// What a call used and may be billed for, read from its stats in one place: the ledger books it and
// budgets are settled by it.
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/call_stats.h"
#include "inferwire/v1/governance.pb.h"

namespace inferwire::gateway {

struct UsedWork {
  v1::UsageSource source = v1::USAGE_SOURCE_NONE;
  bool unpriced = false;  // it was used, and its price is not known
  std::optional<int64_t> input_tokens{}, output_tokens{};
  int64_t cached_tokens = 0, reasoning_tokens = 0;
  std::optional<int64_t> picousd{};
};

struct CallUsage {
  // The answer's. Of a call that failed: all that it may be billed, earlier attempts included.
  UsedWork call;
  // Of attempts that failed before another one answered: what they may be billed all the same.
  std::optional<UsedWork> failed_attempts;
};

CallUsage UsageOf(bool failed, const CallStats& stats);

}  // namespace inferwire::gateway
