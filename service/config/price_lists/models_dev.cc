// api.json: an object of providers, each with an object of models; USD per million tokens.
#include "config/price_lists/listed_model.h"

namespace inferwire::config {
namespace {

struct Field {
  const char* name;
  const char* kind;
};
constexpr Field kFields[] = {
    {"input", "input"},
    {"output", "output"},
    {"cache_read", "cached_input"},
    {"cache_write", "cache_write"},
    {"reasoning", "reasoning"},
    {"input_audio", "audio_input"},
    {"output_audio", "audio_output"},
};

void TakeRates(const Json& cost, ListedModel& model, ListedRates& rates) {
  for (const Field& field : kFields) {
    if (const auto price = cost.find(field.name); price != cost.end() && !price->is_null())
      model.Put(rates, field.kind, *price, 0);
  }
}

}  // namespace

std::vector<ListedModel> ReadModelsDev(const Json& list) {
  constexpr int64_t kLong = 200'000;
  std::vector<ListedModel> models;
  for (const auto& [seller, provider] : list.items()) {
    if (!provider.is_object()) continue;
    const Json entries = MemberOf(provider, "models", Json::value_t::object);
    for (const auto& [name, entry] : entries.items()) {
      if (!entry.is_object()) continue;
      ListedModel model;
      model.id = seller + "/" + name;
      const Json limit = MemberOf(entry, "limit", Json::value_t::object);
      model.context_window = CountOf(limit, "context");
      model.max_output = CountOf(limit, "output");
      const auto cost = entry.find("cost");
      if (cost != entry.end() && cost->is_object() && !cost->empty()) {
        ListedTier tier;
        TakeRates(*cost, model, tier.usual);
        if (const auto longer = cost->find("context_over_200k");
            longer != cost->end() && longer->is_object()) {
          TakeRates(*longer, model, tier.above[kLong]);
        }
        model.prices["standard"] = std::move(tier);
      }
      models.push_back(std::move(model));
    }
  }
  return models;
}

}  // namespace inferwire::config
