// Filter, group, strategy: which target a call goes to. Pure: the randomness is handed in.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/random.h"
#include "routing/target.h"

namespace inferwire::routing {

struct ChoiceRules {
  Strategy strategy = Strategy::kWeighted;
  Sticky sticky = Sticky::kNone;
  std::span<const std::string> require_tags{};  // the route's
  int affinity_bound = 125;                     // % of the mean in flight ...
  int affinity_slack = 2;                       // ... plus so many
};

struct Choice {
  size_t target = 0;
  // OWN, SECOND, SPILLED (affinity), WEIGHT, LOAD, LATENCY, PRICE, PINNED, ONLY, PROBE; a literal.
  std::string_view chosen_by;
};

// Why this one cannot be used now; kNo: it can.
Excluded Filter(const Candidate& candidate, const Traits& traits, const ChoiceRules& rules);

// Among the candidates of the lowest group that has one left; unset: none at all. Those that are
// silent are behind all others of every group, since their calls hang.
std::optional<Choice> Choose(std::span<const Candidate> candidates, const Traits& traits,
                             const ChoiceRules& rules, Random& random);

// The same hash everywhere and for ever: FNV-1a over words of eight bytes, which takes a fifth of
// the time, with a finalizer. Never 0.
uint64_t StableHash(std::string_view text, uint64_t seed = 0);

}  // namespace inferwire::routing
