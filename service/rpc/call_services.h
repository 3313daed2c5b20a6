// What a loop lends to the calls that run on it.
#pragma once

#include "gateway/memory_budget.h"
#include "identity/authenticator.h"
#include "policy/chain.h"
#include "rpc/live_call.h"
#include "rpc/settings.h"
#include "telemetry/log.h"
#include "tenancy/user_name.h"
#include "upstream/runtime.h"

namespace inferwire::telemetry {

struct ShownCalls;

}  // namespace inferwire::telemetry

namespace inferwire::ledger {

class Book;

}  // namespace inferwire::ledger

namespace inferwire::rpc {

class ClientRetries;
class IdempotentCalls;

// The loop's own things, which outlive the calls, and one version of the settings, which the calls
// share the ownership of.
struct CallServices {
  upstream::Runtime runtime;
  const policy::Chain& policies;
  telemetry::Log& log;
  const CallLimits& limits;
  LiveCall::List& live;
  gateway::MemoryBudget* memory = nullptr;           // null: nobody counts
  identity::Authenticator* authenticator = nullptr;  // null: nobody is asked who he is
  ledger::Book* ledger = nullptr;                    // null: nothing is booked
  IdempotentCalls* idempotent = nullptr;             // null: keys mean nothing
  ClientRetries* client_retries = nullptr;           // null: nobody counts
  tenancy::UserRules users{};                        // how end users are booked
  telemetry::ShownCalls* shown = nullptr;            // null: no page shows them
};

}  // namespace inferwire::rpc
