// The same conversation goes to the same one, whose cache has its beginning, unless that has too
// much to do.
#pragma once

#include "routing/strategy/pool.h"

namespace inferwire::routing {

Choice Affinity(const Pool& pool, const Traits& traits, const ChoiceRules& rules, Random& random);

}  // namespace inferwire::routing
