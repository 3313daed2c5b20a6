// What is known of the call that an operation works for.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/admitted.h"
#include "gateway/memory_budget.h"
#include "telemetry/trace_context.h"

namespace inferwire::tenancy {

struct Principal;

}  // namespace inferwire::tenancy

namespace inferwire::ledger {

struct Names;

}  // namespace inferwire::ledger

namespace inferwire::gateway {

// What is known of the call that an operation works for.
struct CallContext {
  std::string request_id;
  SteadyTime deadline;
  std::string owner{};  // as whom the caller has things; empty where callers prove nothing
  const telemetry::TraceContext* trace = nullptr;  // of the call, which outlives the operation
  CallMemory* memory = nullptr;                    // as trace; null: nobody counts
  // How often the caller's gRPC library has sent it before (grpc-previous-rpc-attempts).
  int previous_attempts = 0;
  // Who calls, for as long as the call lives; null: this gateway does not ask, or need not know.
  const tenancy::Principal* principal = nullptr;
  Duration queued_for{};  // it waited for room under its limits
  // Where the call comes from, as gRPC names it; how it proved who it is, as v1.Principal has it,
  // and what that proof names: a key's id, a token's subject, a certificate. For as long as it
  // lives.
  std::string_view peer{}, method{}, subject{};
  // As trace: under which names it is booked, but for model and upstream; null: it is not.
  const ledger::Names* booked = nullptr;
  const Admitted* admitted = nullptr;  // as trace; null: not known
};

}  // namespace inferwire::gateway
