// What an answer costs, exactly: the provider's own token counts times the catalogue's prices, in
// pico-USD (10^-12 USD). Pure. Input tokens include cached ones, output tokens include reasoning.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "catalogue/model.h"
#include "llmgate/v1/common.pb.h"

namespace llmgate::catalogue {

// Token counts as far as they matter for the price.
struct Tokens {
  std::optional<int64_t> input, output, total;
  int64_t cached = 0, reasoning = 0, audio = 0;
};
Tokens TokensOf(const v1::Usage& usage);

struct Charge {
  std::optional<int64_t> total;  // unset: not priced
  int64_t input = 0, cached_input = 0, output = 0;
  std::string_view tier;      // the price list's; lives as long as the model
  std::string_view unpriced;  // why there is no total: Cost.unpriced_reason
};

// model: null if the catalogue does not know it. service_tier: as the upstream's answer states it,
// or kBatchTier for an item of a batch; empty, default and auto mean the standard one.
Charge Price(const Model* model, const Tokens& tokens, std::string_view service_tier);

// The same as a message, for whoever has messages.
v1::Cost PriceUsage(const Model* model, const v1::Usage& usage, std::string_view service_tier);
void FillCost(const Charge& charge, const Model* model, v1::Cost& cost);

// Adds a priced cost to a sum; one that is not priced changes nothing. A sum that grows too large
// is TOO_LARGE and stays it.
void AddCost(const v1::Cost& cost, v1::Cost& sum);

// count x price, unset if it does not fit.
std::optional<int64_t> Times(int64_t count, int64_t price);

}  // namespace llmgate::catalogue
