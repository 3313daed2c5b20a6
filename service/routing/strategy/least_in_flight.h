// The one of two at random that has less in flight for its weight.
#pragma once

#include "routing/strategy/pool.h"

namespace inferwire::routing {

Choice LeastInFlight(const Pool& pool, const Traits& traits, const ChoiceRules& rules,
                     Random& random);

}  // namespace inferwire::routing
