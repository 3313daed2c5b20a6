#include "catalogue/model.h"

#include <algorithm>
#include <utility>

namespace inferwire::catalogue {
namespace {

std::optional<bool> In(const std::map<std::string, bool>& said, std::string_view name) {
  const auto found = said.find(std::string(name));
  return found == said.end() ? std::nullopt : std::optional(found->second);
}

std::optional<bool> In(const std::vector<std::string>& complete, std::string_view name) {
  if (complete.empty()) return std::nullopt;
  return std::find(complete.begin(), complete.end(), name) != complete.end();
}

template <class Values>
void Lay(const Values& over, Values& under) {
  if (!over.empty()) under = over;
}

void Lay(const std::map<std::string, bool>& over, std::map<std::string, bool>& under) {
  for (const auto& [name, has] : over) under[name] = has;
}

void Lay(std::string&& over, std::string& under) {
  if (!over.empty()) under = std::move(over);
}

template <class Each>
void Lay(const std::optional<Each>& over, std::optional<Each>& under) {
  if (over) under = over;
}

// A list of prices brings its own later ones, or none: those of the other are over.
void LayPrices(const Facts& over, Facts& under) {
  if (over.prices.empty() && over.later_prices.empty()) return;
  if (!over.prices.empty()) under.prices = over.prices;
  under.later_prices = over.later_prices;
}

void LayEnd(const Facts& over, Facts& under) {
  if (!over.shutdown_date.empty()) under.shutdown_date = over.shutdown_date;
  if (!over.replacement.empty()) under.replacement = over.replacement;
  if (over.deprecated) under.deprecated = over.deprecated;
}

// The catalogue's file has been checked: every product is exact.
void Multiply(int64_t factor, std::vector<TierPrice>& prices) {
  const auto scale = [&](Rate& rate) { rate = Scaled(rate, factor).value_or(rate); };
  for (TierPrice& price : prices) {
    scale(price.input);
    scale(price.output);
    for (const PriceKind& kind : PriceKinds()) {
      if (auto& rate = price.*kind.rate) scale(*rate);
    }
    Multiply(factor, price.longer);
  }
}

constexpr PriceKind kKinds[] = {
    {"cached_input", &TierPrice::cached_input, false},
    {"cache_write", &TierPrice::cache_write, false},
    {"cache_write_long", &TierPrice::cache_write_long, false},
    {"reasoning", &TierPrice::reasoning, false},
    {"audio_input", &TierPrice::audio_input, false},
    {"cached_audio_input", &TierPrice::cached_audio_input, false},
    {"audio_output", &TierPrice::audio_output, false},
    {"image_input", &TierPrice::image_input, false},
    {"cached_image_input", &TierPrice::cached_image_input, false},
    {"image_output", &TierPrice::image_output, false},
    {"search", &TierPrice::search, true},
    {"search_low", &TierPrice::search_low, true},
    {"search_medium", &TierPrice::search_medium, true},
    {"search_high", &TierPrice::search_high, true},
    {"request", &TierPrice::request, true},
};

}  // namespace

std::span<const PriceKind> PriceKinds() { return kKinds; }

const TierPrice& TierPrice::For(int64_t input_tokens) const {
  const TierPrice* found = this;
  for (const TierPrice& list : longer) {
    if (input_tokens > list.above) found = &list;
  }
  return *found;
}

const TierPrice* Model::PriceOf(std::string_view tier) const {
  const auto found = std::find_if(prices.begin(), prices.end(),
                                  [&](const TierPrice& price) { return price.tier == tier; });
  return found == prices.end() ? nullptr : &*found;
}

std::optional<bool> Model::Has(const AbilityRow& row) const {
  switch (row.kind) {
    case AbilityKind::kEndpoint:
      return In(endpoints, row.name);
    case AbilityKind::kFeature:
      return In(features, row.name);
    case AbilityKind::kInputModality:
      return In(input_modalities, row.name);
    case AbilityKind::kOutputModality:
      return In(output_modalities, row.name);
  }
  return std::nullopt;
}

Model WithOffer(const Model& model, const Offer& offer) {
  Model there = model;
  there.offers.clear();
  if (offer.context_window) there.context_window = offer.context_window;
  if (offer.max_output) {
    there.max_output = offer.max_output;
  } else if (there.max_output && there.context_window) {
    there.max_output = std::min(*there.max_output, *there.context_window);
  }
  Lay(offer.input_modalities, there.input_modalities);
  Lay(offer.output_modalities, there.output_modalities);
  Lay(offer.endpoints, there.endpoints);
  Lay(offer.features, there.features);
  LayPrices(offer, there);
  LayEnd(offer, there);
  if (offer.price_factor) {
    Multiply(*offer.price_factor, there.prices);
    for (DatedPrices& dated : there.later_prices) Multiply(*offer.price_factor, dated.prices);
  }
  return there;
}

void LayOver(Model&& over, Model& model) {
  Lay(over.context_window, model.context_window);
  Lay(over.max_output, model.max_output);
  Lay(over.input_modalities, model.input_modalities);
  Lay(over.output_modalities, model.output_modalities);
  Lay(over.endpoints, model.endpoints);
  Lay(over.features, model.features);
  LayPrices(over, model);
  LayEnd(over, model);
  Lay(std::move(over.display_name), model.display_name);
  Lay(std::move(over.description), model.description);
  Lay(std::move(over.owned_by), model.owned_by);
  Lay(over.aliases, model.aliases);
  Lay(over.snapshots, model.snapshots);
  Lay(over.patterns, model.patterns);
  Lay(std::move(over.knowledge_cutoff), model.knowledge_cutoff);
  Lay(over.offers, model.offers);
  Lay(over.tier_limits, model.tier_limits);
  for (auto& [name, value] : over.ratings) model.ratings[name] = std::move(value);
  Lay(std::move(over.recommended), model.recommended);
  Lay(std::move(over.tokenizer), model.tokenizer);
  Lay(over.inferred, model.inferred);
}

}  // namespace inferwire::catalogue
