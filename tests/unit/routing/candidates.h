// Candidates for tests, and how often each is chosen.
#pragma once

#include <string>
#include <vector>

#include "routing/choice.h"

namespace inferwire::routing {

using namespace std::chrono_literals;

inline std::vector<Candidate> Candidates(size_t count) {
  static const std::string kNames[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
  std::vector<Candidate> candidates(count);
  for (size_t i = 0; i < count; ++i) {
    candidates[i].upstream = kNames[i % 8];
    candidates[i].hash = StableHash(kNames[i % 8], i / 8);
  }
  return candidates;
}

// The share of the calls that each gets. change: of the traits, before each.
template <typename Change>
std::vector<double> Shares(const std::vector<Candidate>& candidates, const ChoiceRules& rules,
                           int calls, const Change& change) {
  Random random(5);
  std::vector<double> shares(candidates.size());
  for (int i = 0; i < calls; ++i) {
    Traits traits;
    change(traits, i);
    if (const auto choice = Choose(candidates, traits, rules, random)) {
      shares[choice->target] += 1.0 / calls;
    }
  }
  return shares;
}

inline std::vector<double> Shares(const std::vector<Candidate>& candidates,
                                  const ChoiceRules& rules, int calls = 20'000) {
  return Shares(candidates, rules, calls, [](Traits&, int) {});
}

}  // namespace inferwire::routing
