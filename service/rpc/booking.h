// One call's line in the ledger, or one item's of a call that runs many: begun once it is admitted,
// ended once. Of what never began nothing is booked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "gateway/call_stats.h"
#include "gateway/call_tags.h"
#include "ledger/record.h"
#include "rpc/call_services.h"
#include "tenancy/principal.h"

namespace inferwire::ledger {

class Book;

}  // namespace inferwire::ledger

namespace inferwire::rpc {

// For whom a call is booked: its tenant, team and key or, where nobody is asked who he is, the name
// in its certificate. Refers to the arguments' texts.
ledger::Names BookedCaller(const tenancy::Principal* principal, std::string_view certificate);

class Booking {
 public:
  Booking() = default;
  Booking(const Booking&) = delete;
  Booking& operator=(const Booking&) = delete;

  // Once, where there is a ledger. The services and the caller's texts outlive this; the operation
  // is a literal.
  void Begin(const CallServices& services, const ledger::Names& caller,
             const gateway::CallTags& tags, std::string_view model, std::string_view operation,
             std::string_view request_id);
  // What it came to; only the first end counts. The error is null for OK.
  void End(const Error* error, const gateway::CallStats& stats);

  // For what works for the call: all but model and upstream. Null: it is not booked.
  const ledger::Names* names() const { return services_ ? &names_ : nullptr; }

 private:
  const CallServices* services_ = nullptr;  // from Begin on
  bool ended_ = false;
  uint64_t begin_ = 0;
  ledger::RequestId request_id_{};
  ledger::Names names_;
  std::string model_, user_, label_;
};

// What a call adds to the ledger.
struct BookedUsage {
  ledger::Usage call;
  // Of attempts that failed before another one answered: what they may be billed all the same.
  std::optional<ledger::Usage> failed_attempts;
};
BookedUsage UsageOf(const Error* error, const gateway::CallStats& stats);

}  // namespace inferwire::rpc
