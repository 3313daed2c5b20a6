#include "config/price_lists/price_list.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "config/price_lists/decimal.h"
#include "config/price_lists/listed_model.h"

namespace inferwire::config {
namespace {

constexpr char kTooFine[] = "FINER_THAN_12_DIGITS";

std::string Quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

// {input: 1, output: 2}
std::string FlowOf(const ListedRates& rates) {
  std::string text;
  for (const auto& [kind, price] : rates) text += (text.empty() ? "" : ", ") + kind + ": " + price;
  return text;
}

// Where the standard list has other prices for long requests and the tier's has not, what those
// cost at the tier is not said.
bool LacksLongPrices(const ListedTier& standard, const ListedTier& tier) {
  for (const auto& [tokens, rates] : standard.above) {
    const auto there = tier.above.find(tokens);
    for (const auto& [kind, price] : rates) {
      if (!tier.usual.contains(kind)) continue;
      if (there == tier.above.end() || !there->second.contains(kind)) return true;
    }
  }
  return false;
}

// Tiers that have no whole list of their own are none: a tier's cached price alone prices nothing.
void DropUnfinished(ListedPrices& prices, ListedModel& model) {
  if (const auto standard = prices.find("standard"); standard != prices.end()) {
    const ListedTier usual = standard->second;
    const auto lacking = std::erase_if(
        prices, [&](const auto& each) { return LacksLongPrices(usual, each.second); });
    if (lacking > 0) model.not_said.insert("TIER_WITHOUT_LONG_CONTEXT");
  }
  std::erase_if(prices, [&](const auto& each) {
    const bool whole = each.second.usual.contains("input") && each.second.usual.contains("output");
    const bool standard = each.first == "standard";
    if (!whole && standard && model.wrong.empty()) model.wrong = "NO_PRICE_PER_TOKEN";
    if (!whole && !standard) model.not_said.insert("TIER_WITHOUT_INPUT_AND_OUTPUT");
    return !whole;
  });
}

void Write(const ListedPrices& prices, const std::string& indent, std::string& yaml) {
  for (const auto& [tier, list] : prices) {
    yaml += indent + tier + ": {" + FlowOf(list.usual);
    if (!list.above.empty()) {
      yaml += ", above: [";
      bool first = true;
      for (const auto& [tokens, rates] : list.above) {
        yaml += std::string(first ? "" : ", ") + "{input_tokens: " + std::to_string(tokens) + ", " +
                FlowOf(rates) + "}";
        first = false;
      }
      yaml += "]";
    }
    yaml += "}\n";
  }
}

void WriteNames(const char* key, const std::vector<std::string>& names, std::string& yaml) {
  if (names.empty()) return;
  yaml += std::string("    ") + key + ": [";
  for (size_t i = 0; i < names.size(); ++i) yaml += (i ? ", " : "") + Quoted(names[i]);
  yaml += "]\n";
}

void Write(const ListedModel& model, std::string& yaml) {
  yaml += "  - id: " + Quoted(model.id) + "\n";
  WriteNames("aliases", model.aliases, yaml);
  WriteNames("patterns", model.patterns, yaml);
  if (model.context_window > 0) {
    // Some lists state the input's bound alone, which is no window then.
    const int64_t window = std::max(model.context_window, model.max_output);
    yaml += "    context_window: " + std::to_string(window) + "\n";
  }
  if (model.max_output > 0) yaml += "    max_output: " + std::to_string(model.max_output) + "\n";
  if (!model.shutdown_date.empty())
    yaml += "    shutdown_date: " + Quoted(model.shutdown_date) + "\n";
  if (!model.prices.empty()) {
    yaml += "    prices:\n";
    Write(model.prices, "      ", yaml);
  }
  if (!model.later.empty()) {
    yaml += "    later_prices:\n";
    for (const auto& [day, prices] : model.later) {
      yaml += "      - from: " + day + "\n        prices:\n";
      Write(prices, "          ", yaml);
    }
  }
}

// Each name may mean one model: who comes first keeps it.
void ClaimNames(std::set<std::string>& taken, ListedModel& model) {
  const auto lost = [&](const std::string& name) { return !taken.insert(name).second; };
  std::erase_if(model.aliases, lost);
  std::erase_if(model.patterns, lost);
}

std::vector<ListedModel> Read(PriceListKind kind, const Json& list, const std::string& day) {
  switch (kind) {
    case PriceListKind::kLiteLlm:
      return ReadLiteLlm(list);
    case PriceListKind::kGenaiPrices:
      return ReadGenaiPrices(list, day);
    case PriceListKind::kModelsDev:
      return ReadModelsDev(list);
  }
  return {};
}

void Note(const std::string& reason, const ListedModel& model, ImportedCatalogue& imported) {
  Unsaid& unsaid = imported.unsaid[reason];
  unsaid.priced = !model.prices.empty();
  unsaid.entries.push_back(model.id);
}

}  // namespace

void ListedModel::Put(ListedRates& rates, std::string_view kind, const Json& value, int shift) {
  has_price = true;
  const auto text = value.is_number() ? DecimalText(value.get<double>(), shift) : std::nullopt;
  if (!text) {
    wrong = value.is_number() && value.get<double>() < 0 ? "NEGATIVE_PRICE" : kTooFine;
    return;
  }
  rates.insert_or_assign(std::string(kind), *text);
}

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json MemberOf(const Json& object, const char* key, Json::value_t type) {
  const auto found = object.find(key);
  return found != object.end() && found->type() == type ? *found : Json(type);
}

bool IsDay(const std::string& text) {
  constexpr std::string_view kForm = "0000-00-00";
  const bool formed =
      std::equal(text.begin(), text.end(), kForm.begin(), kForm.end(),
                 [](char c, char form) { return form == '-' ? c == '-' : c >= '0' && c <= '9'; });
  if (!formed) return false;
  const auto number = [&](size_t at, size_t size) { return std::stoi(text.substr(at, size)); };
  return std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                     std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                     std::chrono::day(static_cast<unsigned>(number(8, 2))))
      .ok();
}

int64_t CountOf(const Json& object, const char* key) {
  constexpr double kMost = 1e15;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return 0;
  const double count = found->get<double>();
  return count > 0 && count <= kMost ? static_cast<int64_t>(count) : 0;
}

Result<ImportedCatalogue> ImportPriceList(PriceListKind kind, std::string_view json,
                                          const std::string& revision, const std::string& day) {
  const Json list = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  const bool right = kind == PriceListKind::kGenaiPrices ? list.is_array() : list.is_object();
  if (!right) {
    Error error;
    error.code = Code::kInvalidArgument;
    error.message = "the file is not such a list: no JSON, or another";
    return error;
  }
  std::vector<ListedModel> models = Read(kind, list, day);
  ImportedCatalogue imported;
  imported.yaml = "revision: " + revision + "\nmodels:\n";
  std::set<std::string> taken;
  std::erase_if(models, [&](const ListedModel& model) { return !taken.insert(model.id).second; });
  for (ListedModel& model : models) {
    ClaimNames(taken, model);
    const bool chat = model.chat && !model.prices.empty();
    DropUnfinished(model.prices, model);
    for (auto& [from, prices] : model.later) DropUnfinished(prices, model);
    model.has_price = model.has_price || !model.not_said.empty();
    if (!model.has_price) continue;
    if (!model.prices.contains("standard") && model.wrong.empty())
      model.wrong = "NO_PRICE_PER_TOKEN";
    if (!model.wrong.empty()) {
      model.prices.clear();
      model.later.clear();
    }
    const bool all = model.wrong.empty() && model.not_said.empty();
    ++imported.entries;
    imported.said += all ? 1 : 0;
    imported.chat += chat ? 1 : 0;
    imported.chat_said += chat && all ? 1 : 0;
    if (!model.wrong.empty()) Note(model.wrong, model, imported);
    for (const std::string& reason : model.not_said) Note(reason, model, imported);
    Write(model, imported.yaml);
  }
  return imported;
}

}  // namespace inferwire::config
