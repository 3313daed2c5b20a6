// Gives every call a deadline: the caller's, bounded, or the server's default.
#pragma once

#include "base/clock.h"
#include "policy/policy.h"

namespace inferwire::policy {

// How long before the caller's own deadline a call with so much time left ends, so that the error
// which explains it still reaches the caller, whose gRPC would otherwise end the call without a
// reason: 2 %, and for short calls what waking up and sending may take (5 ms, at most a tenth).
Duration DeadlineMargin(Duration left);

class Deadlines final : public Policy {
 public:
  struct Limits {
    Duration unary = std::chrono::seconds(120);     // for a caller that sets none
    Duration stream = std::chrono::seconds(600);    // the same, for a stream
    Duration max = std::chrono::seconds(900);       // for every caller
    Duration session = std::chrono::seconds(3700);  // instead of both, for a session
  };

  Deadlines(const Limits& limits, const Clock& clock) : limits_(limits), clock_(clock) {}

  // Refuses a call whose deadline has passed already: it must not cost an upstream request.
  Result<void> Admit(Call& call) override;
  void Settle(const Call&, const Settlement&) override {}

 private:
  const Limits limits_;
  const Clock& clock_;
};

}  // namespace inferwire::policy
