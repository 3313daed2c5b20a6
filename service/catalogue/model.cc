#include "catalogue/model.h"

#include <algorithm>

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

}  // namespace

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
  Lay(offer.prices, there.prices);
  return there;
}

}  // namespace inferwire::catalogue
