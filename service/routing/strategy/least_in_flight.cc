#include "routing/strategy/least_in_flight.h"

namespace inferwire::routing {

Choice LeastInFlight(const Pool& pool, const Traits&, const ChoiceRules&, Random& random) {
  const size_t at = BetterOfTwo(
      pool, random, [](const Candidate& a, const Candidate& b) { return LoadOf(a) < LoadOf(b); });
  return {pool.usable[at], "LOAD"};
}

}  // namespace inferwire::routing
