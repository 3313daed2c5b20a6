#include "routing/strategy/cheapest.h"

#include <array>
#include <limits>

namespace inferwire::routing {
namespace {

constexpr double kUnpriced = std::numeric_limits<double>::infinity();
constexpr double kBytesPerToken = 4;
constexpr int64_t kUsualMost = 1024;  // where the call does not say how much it wants
constexpr double kAboutAsCheap = 1.05;

double CostOf(const Candidate& candidate, const Traits& traits) {
  const auto* price =
      candidate.facts ? candidate.facts->PriceOf(catalogue::kStandardTier) : nullptr;
  if (!price) return kUnpriced;
  const int64_t most = traits.max_output_tokens > 0 ? traits.max_output_tokens : kUsualMost;
  return static_cast<double>(traits.text_bytes) / kBytesPerToken *
             static_cast<double>(price->input.pico) +
         static_cast<double>(most) / 4 * static_cast<double>(price->output.pico);
}

}  // namespace

Choice Cheapest(const Pool& pool, const Traits& traits, const ChoiceRules&, Random& random) {
  std::array<double, kMostCandidates> costs;
  double least = kUnpriced;
  for (size_t i = 0; i < pool.size(); ++i) {
    costs[i] = CostOf(pool[i], traits);
    least = std::min(least, costs[i]);
  }
  // All of them if none has a price.
  size_t cheap = 0;
  for (size_t i = 0; i < pool.size(); ++i) {
    if (costs[i] <= least * kAboutAsCheap) pool.usable[cheap++] = pool.usable[i];
  }
  const Pool best{pool.candidates, pool.usable.first(cheap)};
  const size_t at = BetterOfTwo(
      best, random, [](const Candidate& a, const Candidate& b) { return LoadOf(a) < LoadOf(b); });
  return {best.usable[at], "PRICE"};
}

}  // namespace inferwire::routing
