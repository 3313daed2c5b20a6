// data.json: a list of providers with models; prices in USD per million tokens, or per thousand of
// what is counted one by one.
#include <string>

#include "config/price_lists/listed_model.h"

namespace inferwire::config {
namespace {

struct Field {
  std::string_view name, kind;
  int shift;
};
constexpr int kThousandth = -3;
constexpr Field kFields[] = {
    {"input_mtok", "input", 0},
    {"output_mtok", "output", 0},
    {"cache_read_mtok", "cached_input", 0},
    {"cache_write_mtok", "cache_write", 0},
    {"cache_write_1h_mtok", "cache_write_long", 0},
    {"output_reasoning_mtok", "reasoning", 0},
    {"input_audio_mtok", "audio_input", 0},
    {"cache_audio_read_mtok", "cached_audio_input", 0},
    {"output_audio_mtok", "audio_output", 0},
    {"input_image_mtok", "image_input", 0},
    {"cache_image_read_mtok", "cached_image_input", 0},
    {"output_image_mtok", "image_output", 0},
    {"web_searches_kcount", "search", kThousandth},
    {"requests_kcount", "request", kThousandth},
};

const Field* FieldOf(std::string_view name) {
  for (const Field& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

std::string ReasonOf(const std::string& name) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  return has("video")      ? "VIDEO"
         : has("hours")    ? "PER_SECOND"
         : has("chars")    ? "PER_CHARACTER"
         : has("pages")    ? "PER_PAGE"
         : has("citation") ? "CITATIONS"
                           : "OTHER_FEE";
}

// A number, or {base, tiers: [{start, price}]}, where more than start tokens cost price.
void TakePrice(const Field& field, const Json& value, ListedModel& model, ListedTier& tier) {
  if (!value.is_object()) return model.Put(tier.usual, field.kind, value, field.shift);
  if (value.contains("base")) model.Put(tier.usual, field.kind, value["base"], field.shift);
  for (const Json& step : MemberOf(value, "tiers", Json::value_t::array)) {
    if (!step.is_object() || !step.contains("price")) continue;
    model.Put(tier.above[CountOf(step, "start")], field.kind, step["price"], field.shift);
  }
}

ListedPrices ReadPrices(const Json& prices, ListedModel& model) {
  ListedTier tier;
  for (const auto& [name, value] : prices.items()) {
    if (value.is_null()) continue;
    if (const Field* const field = FieldOf(name)) {
      TakePrice(*field, value, model, tier);
    } else {
      model.not_said.insert(ReasonOf(name));
    }
  }
  if (tier.usual.contains("input")) tier.usual.emplace("output", "0");  // it writes nothing
  ListedPrices read;
  if (!tier.usual.empty()) read["standard"] = std::move(tier);
  return read;
}

// Of a list the last one that holds is in force: {constraint: {start_date}, prices}.
void ReadDated(const Json& list, const std::string& day, ListedModel& model) {
  for (const Json& each : list) {
    if (!each.is_object()) continue;
    const Json constraint = MemberOf(each, "constraint", Json::value_t::object);
    if (constraint.contains("start_time")) model.wrong = "OFF_PEAK_HOURS";
    const std::string from = TextOf(constraint, "start_date");
    ListedPrices prices = ReadPrices(MemberOf(each, "prices", Json::value_t::object), model);
    if (!from.empty() && !IsDay(from)) {
      model.wrong = "DATE_NOT_READ";
      continue;
    }
    if (from <= day) {
      model.prices = std::move(prices);
    } else {
      model.later[from] = std::move(prices);
    }
  }
}

void TakeNames(const Json& match, const std::string& provider, ListedModel& model) {
  if (!match.is_object()) return;
  if (const auto same = match.find("equals"); same != match.end() && same->is_string()) {
    const std::string name = provider + "/" + same->get<std::string>();
    if (name != model.id) model.aliases.push_back(name);
  }
  for (const Json& each : MemberOf(match, "or", Json::value_t::array))
    TakeNames(each, provider, model);
}

}  // namespace

std::vector<ListedModel> ReadGenaiPrices(const Json& list, const std::string& day) {
  std::vector<ListedModel> models;
  for (const Json& provider : list) {
    if (!provider.is_object()) continue;
    const std::string seller = TextOf(provider, "id");
    for (const Json& entry : MemberOf(provider, "models", Json::value_t::array)) {
      if (!entry.is_object()) continue;
      ListedModel model;
      model.id = seller + "/" + TextOf(entry, "id");
      TakeNames(MemberOf(entry, "match", Json::value_t::object), seller, model);
      model.context_window = CountOf(entry, "context_window");
      model.prices = ReadPrices(MemberOf(entry, "prices", Json::value_t::object), model);
      ReadDated(MemberOf(entry, "prices", Json::value_t::array), day, model);
      if (const auto variants = entry.find("price_variants");
          variants != entry.end() && !variants->empty()) {
        model.not_said.insert("PRICES_OF_VARIANTS");
      }
      models.push_back(std::move(model));
    }
  }
  return models;
}

}  // namespace inferwire::config
