#include "routing/choice.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "routing/strategy/affinity.h"
#include "routing/strategy/cheapest.h"
#include "routing/strategy/latency.h"
#include "routing/strategy/least_in_flight.h"
#include "routing/strategy/weighted.h"

namespace inferwire::routing {
namespace {

template <typename Text>
bool Has(std::span<const Text> texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Only what is certain: the rest is the provider's to say, who does not bill it.
bool TooLarge(const Traits& traits, const catalogue::Model* facts) {
  if (!facts) return false;
  const auto above = [](int64_t tokens, std::optional<int64_t> most) {
    return most && tokens > *most;
  };
  return above(traits.least_tokens(), facts->context_window) ||
         above(traits.max_output_tokens, facts->context_window) ||
         above(traits.max_output_tokens, facts->max_output);
}

Choice ByStrategy(const Pool& pool, const Traits& traits, const ChoiceRules& rules,
                  Random& random) {
  switch (rules.strategy) {
    case Strategy::kWeighted:
      return Weighted(pool, traits, rules, random);
    case Strategy::kLeastInFlight:
      return LeastInFlight(pool, traits, rules, random);
    case Strategy::kLatency:
      return Latency(pool, traits, rules, random);
    case Strategy::kCheapest:
      return Cheapest(pool, traits, rules, random);
    case Strategy::kAffinity:
      return Affinity(pool, traits, rules, random);
  }
  return Weighted(pool, traits, rules, random);
}

}  // namespace

Excluded Filter(const Candidate& candidate, const Traits& traits, const ChoiceRules& rules) {
  if ((!traits.only_upstream.empty() && traits.only_upstream != candidate.upstream) ||
      Has(traits.exclude_upstreams, candidate.upstream)) {
    return Excluded::kExcluded;
  }
  const auto lacks = [&](const auto& tag) { return !Has(candidate.tags, tag); };
  if (std::any_of(rules.require_tags.begin(), rules.require_tags.end(), lacks) ||
      std::any_of(traits.require_tags.begin(), traits.require_tags.end(), lacks)) {
    return Excluded::kTagMissing;
  }
  if (!candidate.served) return Excluded::kNotServed;
  if (candidate.facts && (candidate.facts->lacks & traits.needs) != 0) {
    return Excluded::kFeatureMissing;
  }
  if (candidate.too_small || TooLarge(traits, candidate.facts)) return Excluded::kContextTooSmall;
  if (candidate.tried) return Excluded::kAlreadyTried;
  if (candidate.condition == Condition::kDrained) return Excluded::kDrained;
  if (candidate.condition == Condition::kOut) return Excluded::kOut;
  if (candidate.condition == Condition::kCoolingDown) return Excluded::kCoolingDown;
  if (!candidate.has_endpoint) return Excluded::kNoEndpoint;
  if (!candidate.has_key) return Excluded::kNoKey;
  if (candidate.full) return Excluded::kFull;
  return candidate.weight <= 0 ? Excluded::kWeightZero : Excluded::kNo;
}

std::optional<Choice> Choose(std::span<const Candidate> candidates, const Traits& traits,
                             const ChoiceRules& rules, Random& random) {
  std::array<uint16_t, kMostCandidates> usable;
  size_t count = 0;
  bool silent = true;
  int group = 0;
  for (size_t i = 0; i < std::min(candidates.size(), kMostCandidates); ++i) {
    const Candidate& candidate = candidates[i];
    const bool hangs = candidate.condition == Condition::kSilent;
    // Behind what is there already?
    if (count > 0 && (hangs != silent ? hangs : candidate.group > group)) continue;
    if (Filter(candidate, traits, rules) != Excluded::kNo) continue;
    // Or before all of it.
    if (count > 0 && (hangs != silent || candidate.group < group)) count = 0;
    silent = hangs;
    group = candidate.group;
    usable[count++] = static_cast<uint16_t>(i);
  }
  if (count == 0) return std::nullopt;

  Choice choice{usable[0], "ONLY"};
  if (count > 1) choice = ByStrategy({candidates, {usable.data(), count}}, traits, rules, random);
  if (candidates[choice.target].condition == Condition::kProbing) {
    choice.chosen_by = "PROBE";
  } else if (!traits.only_upstream.empty()) {
    choice.chosen_by = "PINNED";
  }
  return choice;
}

uint64_t StableHash(std::string_view text, uint64_t seed) {
  constexpr uint64_t kBasis = 0xcbf29ce484222325u, kPrime = 0x100000001b3u;
  uint64_t hash = kBasis ^ Mix(seed + text.size());
  const auto take = [&](const char* bytes, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, size);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    hash = (hash ^ word) * kPrime;
    hash ^= hash >> 29;  // or the upper bits of words would meet none but each other
  };
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) take(text.data() + at, 8);
  if (at < text.size()) take(text.data() + at, text.size() - at);
  hash = Mix(hash);
  return hash != 0 ? hash : 1;
}

}  // namespace inferwire::routing
