// What costs least by the catalogue's prices; among those within 5 % the one with less in flight.
#pragma once

#include "routing/strategy/pool.h"

namespace inferwire::routing {

Choice Cheapest(const Pool& pool, const Traits& traits, const ChoiceRules& rules, Random& random);

}  // namespace inferwire::routing
