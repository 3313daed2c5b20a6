// How a call ended, as policies are told it.
#pragma once

#include "gateway/call_stats.h"
#include "policy/policy.h"

namespace inferwire::policy {

// error: null for OK. What a failed call may be billed for is in it, as far as that is known.
Settlement SettlementOf(const Error* error, const gateway::CallStats& stats);

}  // namespace inferwire::policy
