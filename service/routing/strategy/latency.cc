#include "routing/strategy/latency.h"

namespace inferwire::routing {

Choice Latency(const Pool& pool, const Traits&, const ChoiceRules&, Random& random) {
  const size_t at = BetterOfTwo(pool, random, [](const Candidate& a, const Candidate& b) {
    // Who has not answered yet is neither quick nor slow.
    if (a.mean == Duration::zero() || b.mean == Duration::zero()) return LoadOf(a) < LoadOf(b);
    return LoadOf(a) * static_cast<double>(a.mean.count()) <
           LoadOf(b) * static_cast<double>(b.mean.count());
  });
  return {pool.usable[at], "LATENCY"};
}

}  // namespace inferwire::routing
