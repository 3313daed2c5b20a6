#include "config/catalogue_facts.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "config/values.h"

namespace inferwire::config {
namespace {

using catalogue::TierPrice;

constexpr size_t kMaxNames = 100, kMaxTiers = 20;
constexpr int64_t kMaxTokens = 1'000'000'000'000'000;
constexpr int64_t kMaxPrice = 1'000'000'000'000;  // a dollar for a token

std::map<std::string, bool> ReadSupport(Section& section, std::string_view key) {
  std::map<std::string, std::string> texts;
  section.TextMap(key, texts, [](const std::string& name, const std::string& value) {
    if (!IsWord(name)) return WordFault(name);
    return std::string(ParseBool(value) ? "" : "must be true or false");
  });
  std::map<std::string, bool> support;
  for (const auto& [name, value] : texts) support[name] = ParseBool(value).value_or(false);
  return support;
}

std::optional<int64_t> ReadPrice(Section& section, std::string_view key) {
  std::optional<int64_t> price;
  std::string text;
  section.Text(key, text, [&](const std::string& value) -> std::string {
    price = ParsePrice(value);
    return price ? ""
                 : "must be USD per million tokens from 0 to 1000000 with at most 6 digits after "
                   "the point, not '" +
                       Printable(value) + "'";
  });
  return price;
}

std::vector<TierPrice> ReadPrices(const Section& section, Faults& faults) {
  std::vector<TierPrice> prices;
  for (const auto& [tier, node] : section.Entries()) {
    const std::string path = section.PathOf(tier);
    if (!IsWord(tier)) faults.AddAt(path, "is no tier's name: " + WordFault(tier));
    Section entry(node, path, faults);
    TierPrice price;
    price.tier = tier;
    for (const char* key : {"input", "output"}) {
      if (!entry.Has(key)) entry.Fault(key, "is missing");
    }
    price.input = ReadPrice(entry, "input").value_or(0);
    price.cached_input = ReadPrice(entry, "cached_input");
    price.output = ReadPrice(entry, "output").value_or(0);
    price.cache_write = ReadPrice(entry, "cache_write");
    entry.Done();
    prices.push_back(std::move(price));
  }
  if (prices.size() > kMaxTiers) faults.AddAt(section.path(), "has too many tiers");
  // The one that counts if nothing else is said comes first.
  std::stable_partition(prices.begin(), prices.end(), [](const TierPrice& price) {
    return price.tier == catalogue::kStandardTier;
  });
  return prices;
}

}  // namespace

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= kMaxWord &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                  c == '/';
         });
}

std::string WordFault(const std::string& text) {
  return IsWord(text) ? "" : "must be 1 to 64 of a-z, 0-9, '_', '-' and '/'";
}

std::vector<std::string> ReadWords(Section& section, std::string_view key, Faults& faults,
                                   std::string (*fault_of)(const std::string&)) {
  std::vector<std::string> list;
  section.List(key, 0, kMaxNames, [&](const YAML::Node& node, const std::string& path) {
    const std::string fault = node.IsScalar() ? fault_of(node.Scalar()) : "must be a single value";
    if (!fault.empty()) return faults.AddAt(path, fault);
    if (std::find(list.begin(), list.end(), node.Scalar()) != list.end()) {
      return faults.AddAt(path, "stands here for the second time");
    }
    list.push_back(node.Scalar());
  });
  return list;
}

void ReadCount(Section& section, std::string_view key, std::optional<int64_t>& to) {
  if (!section.Has(key)) return;
  int64_t value = 1;
  section.Integer(key, value, 1, kMaxTokens);
  to = value;
}

void ReadFacts(Section& section, catalogue::Facts& facts, Faults& faults) {
  ReadCount(section, "context_window", facts.context_window);
  ReadCount(section, "max_output", facts.max_output);
  facts.input_modalities = ReadWords(section, "input_modalities", faults, WordFault);
  facts.output_modalities = ReadWords(section, "output_modalities", faults, WordFault);
  facts.endpoints = ReadSupport(section, "endpoints");
  facts.features = ReadSupport(section, "features");
  facts.prices = ReadPrices(section.Sub("prices"), faults);
  if (facts.context_window && facts.max_output && *facts.max_output > *facts.context_window) {
    section.Fault("max_output", "is more than context_window");
  }
}

std::optional<int64_t> ParsePrice(std::string_view text) {
  constexpr size_t kDigits = 6;
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  const auto digits = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(whole) || whole.size() > 7) return std::nullopt;
  if (point != std::string_view::npos && !digits(fraction)) return std::nullopt;
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > kDigits) return std::nullopt;
  fraction.resize(kDigits, '0');
  const int64_t price = *ParseInteger(whole) * 1'000'000 + *ParseInteger(fraction);
  return price <= kMaxPrice ? std::optional(price) : std::nullopt;
}

}  // namespace inferwire::config
