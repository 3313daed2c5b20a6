#include "limits/demand.h"

#include <algorithm>

#include "limits/sums.h"

namespace inferwire::limits {
namespace {

// No call is larger: what would be is taken for a mistake of whoever said it.
constexpr int64_t kMostTokens = 1'000'000'000;
constexpr int64_t kMostPicousd = 1'000'000'000'000'000;  // 1,000 USD

int64_t Money(const CallFacts& facts, int64_t input, int64_t output) {
  const int64_t sum = Plus(Times(input, facts.input_price), Times(output, facts.output_price));
  return std::clamp<int64_t>(sum, 0, kMostPicousd);
}

}  // namespace

Demand Expect(const CallFacts& facts, const Experience& experience) {
  // More than the model gives is the provider's to refuse.
  const int64_t longest = std::clamp<int64_t>(
      facts.output.tokens.value_or(Times(facts.model_max_output, facts.output.choices)), 0,
      kMostTokens);
  Demand demand;
  demand.input_tokens = std::min(experience.input.Expect(facts.request_bytes), kMostTokens);
  demand.output_tokens = std::min(longest, experience.output.p99());
  demand.picousd = Money(facts, demand.input_tokens, demand.output_tokens);
  demand.worst_picousd = Money(facts, demand.input_tokens, longest);
  return demand;
}

int64_t Usage::tokens() const {
  return std::clamp<int64_t>(Plus(input_tokens, output_tokens), 0, 2 * kMostTokens);
}

void Learn(const CallFacts& facts, const Usage& usage, Experience& experience) {
  experience.input.Learn(facts.request_bytes, usage.input_tokens);
  if (usage.output_tokens > 0) experience.output.Learn(usage.output_tokens);
}

}  // namespace inferwire::limits
