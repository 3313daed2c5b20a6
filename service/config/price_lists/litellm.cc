// model_prices_and_context_window.json: an object of entries by name, with prices in USD per token,
// whose names say tier and length: input_cost_per_token_above_272k_tokens_priority.
#include <array>
#include <cstdlib>
#include <optional>

#include "config/price_lists/listed_model.h"

namespace inferwire::config {
namespace {

struct Field {
  std::string_view name, kind;
};
// A longer name stands before one that it begins with.
constexpr Field kFields[] = {
    {"input_cost_per_token", "input"},
    {"output_cost_per_token", "output"},
    {"cache_read_input_token_cost", "cached_input"},
    {"cache_creation_input_token_cost_above_1hr", "cache_write_long"},
    {"cache_creation_input_token_cost_above_12hr", "cache_write_long"},
    {"cache_creation_input_token_cost", "cache_write"},
    {"output_cost_per_reasoning_token", "reasoning"},
    {"input_cost_per_audio_token", "audio_input"},
    {"cache_read_input_audio_token_cost", "cached_audio_input"},
    {"output_cost_per_audio_token", "audio_output"},
    {"input_cost_per_image_token", "image_input"},
    {"cache_read_input_image_token_cost", "cached_image_input"},
    {"output_cost_per_image_token", "image_output"},
};

constexpr Field kTiers[] = {{"_batches", "batch"},     {"_priority", "priority"},
                            {"_flex", "flex"},         {"_ultrafast", "ultrafast"},
                            {"_balanced", "balanced"}, {"_decisions", "decisions"}};

constexpr int kPerMillion = 6;

struct Place {
  std::string_view kind;
  std::string_view tier = "standard";
  int64_t above = 0;
};

// Where a price of that name belongs; unset: it is none of tokens.
std::optional<Place> PlaceOf(std::string_view name) {
  for (const Field& field : kFields) {
    if (!name.starts_with(field.name)) continue;
    Place place{.kind = field.kind};
    std::string_view rest = name.substr(field.name.size());
    for (const Field& tier : kTiers) {
      if (!rest.ends_with(tier.name)) continue;
      rest.remove_suffix(tier.name.size());
      place.tier = tier.kind;
      break;
    }
    constexpr std::string_view kAbove = "_above_", kTokens = "k_tokens";
    if (rest.empty()) return place;
    if (!rest.starts_with(kAbove) || !rest.ends_with(kTokens)) continue;
    rest = rest.substr(kAbove.size(), rest.size() - kAbove.size() - kTokens.size());
    place.above = std::strtoll(std::string(rest).c_str(), nullptr, 10) * 1000;
    if (place.above > 0) return place;
  }
  return std::nullopt;
}

void TakeSearch(const Json& sizes, ListedModel& model) {
  if (!sizes.is_object()) return;
  constexpr int kOne = 0;
  ListedRates fees;
  for (const char* size : {"low", "medium", "high"}) {
    const auto fee = sizes.find(std::string("search_context_size_") + size);
    if (fee != sizes.end()) model.Put(fees, std::string("search_") + size, *fee, kOne);
  }
  if (fees.empty()) return;
  bool same = true;
  for (const auto& [kind, fee] : fees) same = same && fee == fees.begin()->second;
  if (same) fees = {{"search", fees.begin()->second}};
  for (auto& [tier, list] : model.prices) list.usual.insert(fees.begin(), fees.end());
}

// [{range: [0, 128000], input_cost_per_token: ...}, ...]: the first is the usual one.
void TakeRanges(const Json& ranges, ListedModel& model) {
  ListedTier tier = model.prices["standard"];
  for (const Json& range : ranges) {
    const Json bounds =
        range.is_object() ? MemberOf(range, "range", Json::value_t::array) : Json::array();
    if (bounds.empty() || !bounds.front().is_number()) {
      model.wrong = "TIERS_NOT_BY_INPUT";
      return;
    }
    const auto start = static_cast<int64_t>(bounds.front().get<double>());
    ListedRates& rates = start == 0 ? tier.usual : tier.above[start];
    for (const auto& [name, value] : range.items()) {
      const auto place = PlaceOf(name);
      if (place && value.is_number()) model.Put(rates, place->kind, value, kPerMillion);
    }
  }
  model.prices["standard"] = std::move(tier);
}

// Other prices that the file has no words for.
void TakeOther(const std::string& name, ListedModel& model) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  if (has("dbu_cost") || has("search_context_cost")) return;
  if (has("off_peak")) {
    model.wrong = "OFF_PEAK_HOURS";
  } else if (has("uplift_multiplier")) {
    return;  // an offer's price_factor says it, of an upstream that the list does not know
  } else if (has("cost") || has("pricing")) {
    const bool image = has("per_image") || has("per_pixel") || has("_image");
    model.not_said.insert(has("google_maps")     ? "MAPS_FEE"
                          : has("video")         ? "VIDEO"
                          : image                ? "PER_IMAGE"
                          : has("per_character") ? "PER_CHARACTER"
                          : has("per_second")    ? "PER_SECOND"
                          : has("per_audio")     ? "PER_SECOND"
                                                 : "OTHER_FEE");
  }
}

void TakePrices(const Json& entry, ListedModel& model) {
  // Some servers count the bound itself as above it.
  const bool inclusive = TextOf(entry, "litellm_provider") == "xai";
  for (const auto& [name, value] : entry.items()) {
    if (name == "input_cost_per_request" && value.is_number()) {
      model.Put(model.prices["standard"].usual, "request", value, 0);
      continue;
    }
    const auto place = PlaceOf(name);
    if (!place || !value.is_number()) {
      const bool zero = value.is_number() && value.get<double>() == 0;
      if (!value.is_null() && !zero && name != "tiered_pricing") TakeOther(name, model);
      continue;
    }
    ListedTier& tier = model.prices[std::string(place->tier)];
    ListedRates& rates =
        place->above == 0 ? tier.usual : tier.above[place->above - (inclusive ? 1 : 0)];
    const auto before = rates.find(place->kind);
    const std::string was = before == rates.end() ? "" : before->second;
    model.Put(rates, place->kind, value, kPerMillion);
    if (!was.empty() && rates.at(std::string(place->kind)) != was) {
      model.not_said.insert("CACHE_WRITES_OF_THREE_DURATIONS");
    }
  }
  const auto ranges = entry.find("tiered_pricing");
  if (ranges != entry.end() && ranges->is_array()) TakeRanges(*ranges, model);
  const auto search = entry.find("search_context_cost_per_query");
  if (search != entry.end()) TakeSearch(*search, model);
}

// What writes no text has no price of it: of pictures all that it writes has theirs, of vectors and
// ranks there is nothing.
void CompleteOutput(ListedModel& model) {
  for (auto& [tier, list] : model.prices) {
    if (!list.usual.contains("input")) continue;
    const auto pictures = list.usual.find("image_output");
    list.usual.emplace("output", pictures == list.usual.end() ? "0" : pictures->second);
  }
}

}  // namespace

std::vector<ListedModel> ReadLiteLlm(const Json& list) {
  std::vector<ListedModel> models;
  for (const auto& [name, entry] : list.items()) {
    if (name == "sample_spec" || !entry.is_object()) continue;
    ListedModel model;
    model.id = name;
    const std::string mode = TextOf(entry, "mode");
    model.chat = mode == "chat" || mode == "responses" || mode == "completion";
    if (name.starts_with("ft:")) model.patterns = {name + ":*"};
    model.context_window = CountOf(entry, "max_input_tokens");
    model.max_output = CountOf(entry, "max_output_tokens");
    const std::string end = TextOf(entry, "deprecation_date");
    if (IsDay(end)) model.shutdown_date = end;
    TakePrices(entry, model);
    if (!model.chat) CompleteOutput(model);
    models.push_back(std::move(model));
  }
  return models;
}

}  // namespace inferwire::config
