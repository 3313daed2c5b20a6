// How long an attempt may take, out of what is left of the call's time.
#include <algorithm>

#include "upstream/upstream_call.h"

namespace inferwire::upstream {

bool UpstreamCall::HasElsewhere(SteadyTime now) const {
  if (stats_.attempts - key_changes_ >= max_attempts()) return false;
  return (request_.targets && request_.targets->HasNext(now)) || HasOtherEndpoint(now);
}

// Where a stall may be sent again and there is somewhere else, it gets half of what is left, but
// no less than nearly all answers take.
Duration UpstreamCall::FirstByteLimit(SteadyTime now) const {
  const Duration limit = destination_.upstream->options().first_byte;
  const bool unbilled = !destination_.upstream->options().billed;
  if (!request_.resend) return limit;
  if (!routing::Covers(*request_.resend, routing::Proof::kAnything, unbilled)) return limit;
  if (!HasElsewhere(now)) return limit;
  const routing::PlaceState& state = destination_.state ? *destination_.state : *endpoint_->state;
  const Duration usual = state.mean() + 3 * state.deviation();
  return std::min(limit, std::max((request_.deadline - now) / 2, usual));
}

// A host that does not answer at all leaves time for another place.
Duration UpstreamCall::ConnectLimit(SteadyTime now) const {
  const Duration third = (request_.deadline - now) / 3;
  const Duration usual = destination_.upstream->options().connect_options.connect_timeout;
  return third < usual && HasElsewhere(now) ? third : usual;
}

Duration UpstreamCall::Expected() const {
  const routing::PlaceState& state = destination_.state ? *destination_.state : *endpoint_->state;
  return std::max(Duration::zero(), state.mean() - state.deviation());
}

}  // namespace inferwire::upstream
