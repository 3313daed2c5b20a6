#include "routing/strategy/weighted.h"

namespace inferwire::routing {
namespace {

uint64_t KeyOf(const Traits& traits, Sticky sticky) {
  switch (sticky) {
    case Sticky::kNone:
      return 0;
    case Sticky::kAffinity:
      return traits.affinity;
    case Sticky::kCaller:
      return traits.caller;
  }
  return 0;
}

}  // namespace

Choice Weighted(const Pool& pool, const Traits& traits, const ChoiceRules& rules, Random& random) {
  const uint64_t key = KeyOf(traits, rules.sticky);
  if (key != 0) {
    // In an order of their own, not the file's: a weight that goes from 5 to 10 % moves 5 % of the
    // keys, wherever its line stands.
    std::sort(pool.usable.begin(), pool.usable.end(), [&](uint16_t a, uint16_t b) {
      return pool.candidates[a].hash < pool.candidates[b].hash;
    });
  }
  double sum = 0;
  for (size_t i = 0; i < pool.size(); ++i) sum += WeightNow(pool[i]);
  double left = sum * (key != 0 ? Unit(Mix(key)) : random.Uniform());
  size_t at = 0;
  while (at + 1 < pool.size() && left >= WeightNow(pool[at])) left -= WeightNow(pool[at++]);
  return {pool.usable[at], "WEIGHT"};
}

}  // namespace inferwire::routing
