// By weight, at random or always the same for the same conversation or caller.
#pragma once

#include "routing/strategy/pool.h"

namespace inferwire::routing {

Choice Weighted(const Pool& pool, const Traits& traits, const ChoiceRules& rules, Random& random);

}  // namespace inferwire::routing
