// What an answer costs: the provider's own counts times the catalogue's prices, in pico-USD
// (10^-12 USD). The sum is exact, and rounded once: half up. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "catalogue/model.h"
#include "inferwire/v1/common.pb.h"

namespace inferwire::catalogue {

// Token counts as far as they matter for the price, as openai/usage_reader.h reads them.
struct Tokens {
  // As reported: unset means that the provider did not say.
  std::optional<int64_t> input, output;
  // What is billed besides: input from or into the cache, and reasoning, where a provider counts
  // them apart.
  int64_t more_input = 0, more_output = 0;
  // Parts of the input with and without more_input, and of the output with more_output.
  int64_t cached = 0, cache_write = 0, reasoning = 0;
  // Of cache_write, what is kept longer, at another price.
  int64_t cache_write_long = 0;
  // Parts of input, cached and output that are not text.
  int64_t audio_input = 0, cached_audio = 0, audio_output = 0;
  int64_t image_input = 0, cached_image = 0, image_output = 0;
  int64_t searches = 0;
  std::string_view search_size{};  // low, medium, high; empty: not said. A literal
  // Something that no price list has a price of: citations, seconds of sound.
  bool other_kinds = false;
  // Why these counts cannot all be true; a literal, empty if they can.
  std::string_view contradiction{};
};

struct Charge {
  std::optional<int64_t> total;  // unset: not priced
  // Parts of the total, which has the fees too.
  int64_t input = 0, cached_input = 0, cache_write = 0, output = 0;
  std::string_view tier;          // the price list's; lives as long as the model
  const Model* model = nullptr;   // whose prices were taken
  std::string_view unpriced;      // why there is no total: Cost.unpriced_reason; a literal
  std::optional<int64_t> stated;  // what the provider says that it costs
};

// model: null if the catalogue does not know it. service_tier: as the upstream's answer states it;
// names of the usual price list and none at all mean usual_tier (kBatchTier for items of batches).
Charge Price(const Model* model, const Tokens& tokens, std::string_view service_tier,
             std::string_view usual_tier = kStandardTier);

void FillCost(const Charge& charge, v1::Cost& cost);

// Whether what the provider states differs by more than 1 % from the charge.
bool Differs(const Charge& charge);

// Adds the cost of an item, or a sum of such, to a sum. What has no price is counted by its reason.
// A sum that grows too large is TOO_LARGE and stays it.
void AddCost(const v1::Cost& cost, v1::Cost& sum);

// count x price, unset if it does not fit.
std::optional<int64_t> Times(int64_t count, int64_t price);

}  // namespace inferwire::catalogue
