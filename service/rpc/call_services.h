// What a loop lends to the calls that run on it.
#pragma once

#include <cstdint>
#include <unordered_set>

#include "gateway/memory_budget.h"
#include "policy/chain.h"
#include "rpc/settings.h"
#include "telemetry/log.h"
#include "upstream/runtime.h"

namespace inferwire::rpc {

class Call;

// The loop's own things, which outlive the calls, and one version of the settings, which the calls
// share the ownership of.
struct CallServices {
  upstream::Runtime runtime;
  const policy::Chain& policies;
  telemetry::Log& log;
  const CallLimits& limits;
  std::unordered_set<Call*>& live;
  gateway::MemoryBudget* memory = nullptr;  // null: nobody counts
};

// held: bytes. weight: compared, it says which call goes first when memory runs out.
struct CallSize {
  int64_t held = 0, weight = 0;
};

}  // namespace inferwire::rpc
