// What is known of one model. Plain values; what the file left out is unset or empty, and means
// "not known".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/ability.h"

namespace inferwire::catalogue {

inline constexpr std::string_view kStandardTier = "standard";
inline constexpr std::string_view kBatchTier = "batch";

// Micro-USD per million tokens, which is pico-USD per token.
struct TierPrice {
  std::string tier;
  int64_t input = 0;
  std::optional<int64_t> cached_input;
  int64_t output = 0;
  std::optional<int64_t> cache_write{};
};

struct TierLimit {
  std::string tier;
  std::optional<int64_t> requests_per_minute, requests_per_day, tokens_per_minute,
      batch_queue_tokens;
};

// What may differ from one upstream that serves a model to another.
struct Facts {
  std::optional<int64_t> context_window, max_output;
  std::vector<std::string> input_modalities, output_modalities;
  std::map<std::string, bool> endpoints, features;
  std::vector<TierPrice> prices;
};

// What is different about a model at one upstream; the rest is as everywhere.
struct Offer : Facts {
  std::string upstream;
};

struct Model : Facts {
  std::string id, display_name, description, owned_by;
  std::vector<std::string> aliases;
  std::vector<std::string> snapshots;  // the current one first
  std::string knowledge_cutoff;        // YYYY-MM-DD
  std::vector<Offer> offers;
  std::vector<TierLimit> tier_limits;
  std::map<std::string, std::string> ratings;
  std::string recommended;
  std::string tokenizer;
  std::vector<std::string> inferred;  // facts that are a reading of the source

  // Filled in by Catalogue.
  Abilities lacks = 0;
  std::string revision;

  // Null if there is no price for this tier.
  const TierPrice* PriceOf(std::string_view tier) const;
  // Unset if that is not known.
  std::optional<bool> Has(const AbilityRow& row) const;
};

// The model as it is there: the offer laid over it. Features and endpoints are replaced one by one,
// a list as a whole, and with it all prices: those of another seller are none of this one's.
Model WithOffer(const Model& model, const Offer& offer);

}  // namespace inferwire::catalogue
