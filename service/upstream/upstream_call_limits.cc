// How long an attempt may take, out of what is left of the call's time.
#include <algorithm>

#include "upstream/upstream_call.h"

namespace inferwire::upstream {
namespace {

const routing::PlaceState& StateOf(const Attempt& attempt) {
  return attempt.destination.state ? *attempt.destination.state : *attempt.endpoint->state;
}

}  // namespace

bool UpstreamCall::HasElsewhere(const Attempt& attempt, SteadyTime now) const {
  if (!has_attempts_left()) return false;
  return (request_.targets && request_.targets->HasNext(now)) || HasOtherEndpoint(attempt, now);
}

// Where a stall may be sent again and there is somewhere else, it gets half of what is left, but
// no less than nearly all answers take.
Duration UpstreamCall::FirstByteLimit(const Attempt& attempt, SteadyTime now) const {
  const UpstreamOptions& options = attempt.destination.upstream->options();
  const Duration limit = options.first_byte;
  const bool unbilled = !options.billed;
  if (!request_.resend) return limit;
  if (!routing::Covers(*request_.resend, routing::Proof::kAnything, unbilled)) return limit;
  if (!HasElsewhere(attempt, now)) return limit;
  const routing::PlaceState& state = StateOf(attempt);
  const Duration usual = state.mean() + 3 * state.deviation();
  return std::min(limit, std::max((request_.deadline - now) / 2, usual));
}

// A host that does not answer at all leaves time for another place.
Duration UpstreamCall::ConnectLimit(const Attempt& attempt, SteadyTime now) const {
  const Duration third = (request_.deadline - now) / 3;
  const Duration usual = attempt.destination.upstream->options().connect_options.connect_timeout;
  return third < usual && HasElsewhere(attempt, now) ? third : usual;
}

Duration UpstreamCall::Expected() const {
  const routing::PlaceState& state = StateOf(*now_);
  return std::max(Duration::zero(), state.mean() - state.deviation());
}

}  // namespace inferwire::upstream
