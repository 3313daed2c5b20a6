#include "config/catalogue_facts.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "catalogue/ending.h"
#include "config/values.h"

namespace inferwire::config {
namespace {

using catalogue::DatedPrices;
using catalogue::Rate;
using catalogue::TierPrice;

constexpr size_t kMaxNames = 100, kMaxTiers = 20;
constexpr int64_t kMaxTokens = 1'000'000'000'000'000;
constexpr size_t kMaxLonger = 10, kMaxDates = 16;
// For a token at most one; for a search or a request a thousand.
constexpr catalogue::Wide kDollar = 1'000'000'000'000'000'000;

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

std::optional<Rate> ReadRate(Section& section, std::string_view key, bool fee) {
  std::optional<Rate> rate;
  std::string text;
  section.Text(key, text, [&](const std::string& value) -> std::string {
    rate = fee ? ParseFee(value) : ParsePrice(value);
    if (rate) return "";
    return std::string(fee ? "must be USD from 0 to 1000"
                           : "must be USD per million tokens from 0 to 1000000") +
           " with at most 12 digits after the point, not '" + Printable(value) + "'";
  });
  return rate;
}

void ReadKinds(Section& entry, TierPrice& price) {
  price.input = ReadRate(entry, "input", false).value_or(price.input);
  price.output = ReadRate(entry, "output", false).value_or(price.output);
  for (const catalogue::PriceKind& kind : catalogue::PriceKinds()) {
    if (const auto rate = ReadRate(entry, kind.name, kind.fee)) price.*kind.rate = rate;
  }
}

// What such a list leaves out is as in the one that it is in.
std::vector<TierPrice> ReadLonger(Section& section, const TierPrice& usual, Faults& faults) {
  std::vector<TierPrice> longer;
  section.List("above", 0, kMaxLonger, [&](const YAML::Node& node, const std::string& path) {
    Section entry(node, path, faults);
    TierPrice price = usual;
    if (!entry.Has("input_tokens")) entry.Fault("input_tokens", "is missing");
    entry.Integer("input_tokens", price.above, 1, kMaxTokens);
    ReadKinds(entry, price);
    entry.Done();
    if (!longer.empty() && price.above <= longer.back().above) {
      entry.Fault("input_tokens", "must be more than in the entry before");
    }
    longer.push_back(std::move(price));
  });
  return longer;
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
    ReadKinds(entry, price);
    price.longer = ReadLonger(entry, price, faults);
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

std::vector<DatedPrices> ReadLaterPrices(Section& section, Faults& faults) {
  std::vector<DatedPrices> later;
  section.List("later_prices", 0, kMaxDates, [&](const YAML::Node& node, const std::string& path) {
    Section entry(node, path, faults);
    DatedPrices dated;
    if (!entry.Has("from")) entry.Fault("from", "is missing");
    std::string text;
    entry.Text("from", text, [&](const std::string& value) -> std::string {
      const auto moment = ParseMoment(value);
      if (moment) dated.from = *moment;
      return moment ? "" : "must be a moment, e.g. 2027-01-31 or 2027-01-31T12:00:00Z";
    });
    dated.prices = ReadPrices(entry.Sub("prices"), faults);
    if (dated.prices.empty()) entry.Fault("prices", "is missing");
    entry.Done();
    if (!later.empty() && dated.from <= later.back().from) {
      entry.Fault("from", "must be later than in the entry before");
    }
    later.push_back(std::move(dated));
  });
  return later;
}

// A decimal with at most 12 digits after the point, times 10^scale, as a price.
std::optional<Rate> ParseRate(std::string_view text, size_t scale, catalogue::Wide most) {
  constexpr size_t kDigits = 12;
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
  fraction.resize(scale, '0');
  catalogue::Wide atto = *ParseInteger(whole);
  for (const char c : fraction) atto = atto * 10 + (c - '0');
  if (atto > most) return std::nullopt;
  return Rate(static_cast<int64_t>(atto / catalogue::kAttoPerPico),
              static_cast<int32_t>(atto % catalogue::kAttoPerPico));
}

// How long the model is there.
void ReadEnd(Section& section, catalogue::Facts& facts) {
  section.Text("shutdown_date", facts.shutdown_date, [](const std::string& text) {
    return text == catalogue::kNoEnd ? "" : DateFault(text);
  });
  section.Text("replacement", facts.replacement, NameFault);
  if (!section.Has("deprecated")) return;
  bool deprecated = false;
  section.Bool("deprecated", deprecated);
  facts.deprecated = deprecated;
}

}  // namespace

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= kMaxWord &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                  c == '/';
         });
}

std::string NameFault(const std::string& text) {
  return IsModelName(text) && text != "*" ? "" : "must be a model's name";
}

std::string DateFault(const std::string& text) {
  return catalogue::BeginningOf(text) ? "" : "must be a date, e.g. 2024-06-01";
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
  facts.later_prices = ReadLaterPrices(section, faults);
  ReadEnd(section, facts);
  if (facts.context_window && facts.max_output && *facts.max_output > *facts.context_window) {
    section.Fault("max_output", "is more than context_window");
  }
}

std::string FactorFault(const std::vector<TierPrice>& prices, int64_t factor) {
  for (const TierPrice& price : prices) {
    bool exact = Scaled(price.input, factor) && Scaled(price.output, factor);
    for (const catalogue::PriceKind& kind : catalogue::PriceKinds()) {
      const auto& rate = price.*kind.rate;
      exact = exact && (!rate || Scaled(*rate, factor));
    }
    if (!exact) return "makes a price of " + price.tier + " that is finer than 10^-18 USD";
    if (auto fault = FactorFault(price.longer, factor); !fault.empty()) return fault;
  }
  return "";
}

// A million tokens for a dollar is 10^-6 USD for one.
std::optional<Rate> ParsePrice(std::string_view text) { return ParseRate(text, 12, kDollar); }

std::optional<Rate> ParseFee(std::string_view text) { return ParseRate(text, 18, kDollar * 1000); }

}  // namespace inferwire::config
