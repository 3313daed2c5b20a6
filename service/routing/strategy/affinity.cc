#include "routing/strategy/affinity.h"

#include <cmath>
#include <utility>

#include "routing/strategy/least_in_flight.h"

namespace inferwire::routing {
namespace {

// Rendezvous hashing: who goes takes only its own keys with it. Less is better. A larger weight
// owns more keys; how warm it is now does not matter, or its keys would move twice.
double Distance(const Candidate& candidate, uint64_t key, bool same_weights) {
  const double unit = Unit(Mix(candidate.hash ^ key));
  if (same_weights) return 1 - unit;  // the same order for a tenth of the time
  return -std::log(unit + 0x1p-54) / candidate.weight;
}

}  // namespace

Choice Affinity(const Pool& pool, const Traits& traits, const ChoiceRules& rules, Random& random) {
  if (traits.affinity == 0) return LeastInFlight(pool, traits, rules, random);
  bool same_weights = true;
  for (size_t i = 1; i < pool.size(); ++i) same_weights &= pool[i].weight == pool[0].weight;
  double weights = 0, calls = 1;  // this one too
  size_t own = 0, second = 0;
  double nearest = INFINITY, next = INFINITY;
  for (size_t i = 0; i < pool.size(); ++i) {
    weights += WeightNow(pool[i]);
    calls += pool[i].in_flight;
    const double distance = Distance(pool[i], traits.affinity, same_weights);
    if (distance < nearest) {
      next = std::exchange(nearest, distance);
      second = std::exchange(own, i);
    } else if (distance < next) {
      next = distance;
      second = i;
    }
  }
  const auto fits = [&](const Candidate& candidate) {
    const double share = calls * WeightNow(candidate) / weights;
    return candidate.in_flight <
           std::ceil(share * rules.affinity_bound / 100) + rules.affinity_slack;
  };
  if (fits(pool[own])) return {pool.usable[own], "OWN"};
  if (pool.size() > 1 && fits(pool[second])) return {pool.usable[second], "SECOND"};
  return {LeastInFlight(pool, traits, rules, random).target, "SPILLED"};
}

}  // namespace inferwire::routing
