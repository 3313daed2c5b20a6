// What is known of one model. Plain values; what the file left out is unset or empty, and means
// "not known".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalogue/ability.h"
#include "catalogue/rate.h"

namespace inferwire::catalogue {

inline constexpr std::string_view kStandardTier = "standard";
inline constexpr std::string_view kBatchTier = "batch";

// The prices of one service tier. Unset: not known, and what is used of it is not priced, but
// cached_input, reasoning and the pictures of the input cost then what text does.
struct TierPrice {
  std::string tier;
  Rate input = 0;
  std::optional<Rate> cached_input;
  Rate output = 0;
  std::optional<Rate> cache_write{}, cache_write_long{}, reasoning{};
  std::optional<Rate> audio_input{}, cached_audio_input{}, audio_output{};
  std::optional<Rate> image_input{}, cached_image_input{}, image_output{};
  // Fees: of one search, by how much context it was told to bring, and of one request.
  std::optional<Rate> search{}, search_low{}, search_medium{}, search_high{}, request{};
  // The whole request costs this where it has strictly more than above input tokens; the least
  // bound first. The lists within have none of their own.
  int64_t above = 0;
  std::vector<TierPrice> longer{};

  // This list, or one of longer.
  const TierPrice& For(int64_t input_tokens) const;

  friend bool operator==(const TierPrice&, const TierPrice&) = default;
};

// The kinds of a price that may be left out, as the catalogue's file and the API name them.
struct PriceKind {
  std::string_view name;
  std::optional<Rate> TierPrice::*rate;
  bool fee;  // of one, not of a million tokens
};
std::span<const PriceKind> PriceKinds();

// Takes the place of all prices from that moment on.
struct DatedPrices {
  WallTime from;
  std::vector<TierPrice> prices;

  friend bool operator==(const DatedPrices&, const DatedPrices&) = default;
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
  std::vector<DatedPrices> later_prices;  // the earliest first
  std::string shutdown_date;              // YYYY-MM-DD: it answers until that day begins; or kNoEnd
  std::string replacement;                // what the provider names in its place then
  std::optional<bool> deprecated;         // new work should not begin with it
};

// What is different about a model at one upstream; the rest is as everywhere.
struct Offer : Facts {
  std::string upstream;
  // Discount or uplift on all prices, in millionths: 1,100,000 is 10 % more.
  std::optional<int64_t> price_factor;
};

struct Model : Facts {
  std::string id, display_name, description, owned_by;
  std::vector<std::string> aliases;
  std::vector<std::string> snapshots;  // the current one first
  std::vector<std::string> patterns;   // names with one '*': of any text that is not empty
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
  std::optional<WallTime> ends;  // the beginning of shutdown_date, which is a date then or empty
  bool endless = false;          // it was kNoEnd

  // Null if there is no price for this tier.
  const TierPrice* PriceOf(std::string_view tier) const;
  // Unset if that is not known.
  std::optional<bool> Has(const AbilityRow& row) const;
};

// The model as it is there: the offer laid over it. Features and endpoints are replaced one by one,
// a list as a whole, and with it all prices: those of another seller are none of this one's. A
// price_factor is multiplied out.
Model WithOffer(const Model& model, const Offer& offer);

// The model with what another file says of it: as an offer, and everything else that it says.
void LayOver(Model&& over, Model& model);

}  // namespace inferwire::catalogue
