// The one of two at random that would answer sooner: calls in flight times the time to the first
// byte.
#pragma once

#include "routing/strategy/pool.h"

namespace inferwire::routing {

Choice Latency(const Pool& pool, const Traits& traits, const ChoiceRules& rules, Random& random);

}  // namespace inferwire::routing
