#include "config/catalogue.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "catalogue/models_yaml.h"
#include "config/parse.h"
#include "config/values.h"
#include "config/yaml.h"

namespace inferwire::config {
namespace {

using catalogue::Model;
using catalogue::TierLimit;
using catalogue::TierPrice;

constexpr size_t kMaxModels = 1000, kMaxNames = 100, kMaxTiers = 20;
constexpr int64_t kMaxTokens = 1'000'000'000'000'000;
constexpr int64_t kMaxPrice = 1'000'000'000'000;  // a dollar for a token
constexpr size_t kMaxText = 1000, kMaxWord = 64, kMaxRevision = 15;

std::string TextFault(const std::string& text) {
  return text.size() <= kMaxText ? "" : "has more than " + std::to_string(kMaxText) + " bytes";
}

std::string NameFault(const std::string& text) {
  return IsModelName(text) && text != "*" ? "" : "must be a model's name";
}

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

std::string PathFault(const std::string& text) {
  const bool path =
      !text.empty() && text.size() <= kMaxWord && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
               c == '-' || c == '/';
      });
  return path ? "" : "must be the path of a field, e.g. features.distillation";
}

std::string RevisionFault(const std::string& text) {
  return IsWord(text) && text.size() <= kMaxRevision
             ? ""
             : "must be 1 to 15 of a-z, 0-9, '_', '-' and '/'";
}

std::string DateFault(const std::string& text) {
  bool good = text.size() == 10;
  for (size_t i = 0; good && i < text.size(); ++i) {
    good = i == 4 || i == 7 ? text[i] == '-' : text[i] >= '0' && text[i] <= '9';
  }
  if (good) {
    const auto number = [&](size_t at, size_t size) { return std::stoi(text.substr(at, size)); };
    good = std::chrono::year_month_day(std::chrono::year(number(0, 4)),
                                       std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                       std::chrono::day(static_cast<unsigned>(number(8, 2))))
               .ok();
  }
  return good ? "" : "must be a date, e.g. 2024-06-01";
}

std::string TokenizerFault(const std::string& text) {
  return text == "o200k_base" ? "" : "must be o200k_base: no other vocabulary is known here";
}

std::vector<std::string> ReadList(Section& section, std::string_view key, Faults& faults,
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

void ReadCount(Section& section, std::string_view key, std::optional<int64_t>& to) {
  if (!section.Has(key)) return;
  int64_t value = 1;
  section.Integer(key, value, 1, kMaxTokens);
  to = value;
}

std::vector<TierLimit> ReadLimits(Section& section, Faults& faults) {
  std::vector<TierLimit> limits;
  section.List("tier_limits", 0, kMaxTiers, [&](const YAML::Node& node, const std::string& path) {
    Section entry(node, path, faults);
    TierLimit limit;
    if (!entry.Has("tier")) entry.Fault("tier", "is missing");
    entry.Text("tier", limit.tier, WordFault);
    ReadCount(entry, "rpm", limit.requests_per_minute);
    ReadCount(entry, "rpd", limit.requests_per_day);
    ReadCount(entry, "tpm", limit.tokens_per_minute);
    ReadCount(entry, "batch_queue", limit.batch_queue_tokens);
    entry.Done();
    limits.push_back(std::move(limit));
  });
  return limits;
}

Model ReadModel(const YAML::Node& node, const std::string& path, Faults& faults) {
  Model model;
  Section section(node, path, faults);
  if (!section.Has("id")) section.Fault("id", "is missing");
  section.Text("id", model.id, NameFault);
  section.Text("display_name", model.display_name, TextFault);
  section.Text("description", model.description, TextFault);
  section.Text("owned_by", model.owned_by, TextFault);
  model.aliases = ReadList(section, "aliases", faults, NameFault);
  model.snapshots = ReadList(section, "snapshots", faults, NameFault);
  ReadCount(section, "context_window", model.context_window);
  ReadCount(section, "max_output", model.max_output);
  section.Text("knowledge_cutoff", model.knowledge_cutoff, DateFault);
  model.input_modalities = ReadList(section, "input_modalities", faults, WordFault);
  model.output_modalities = ReadList(section, "output_modalities", faults, WordFault);
  model.endpoints = ReadSupport(section, "endpoints");
  model.features = ReadSupport(section, "features");
  model.prices = ReadPrices(section.Sub("prices"), faults);
  model.tier_limits = ReadLimits(section, faults);
  section.TextMap("ratings", model.ratings, [](const std::string& name, const std::string& value) {
    return IsWord(name) ? TextFault(value) : WordFault(name);
  });
  section.Text("recommended", model.recommended, NameFault);
  section.Text("tokenizer", model.tokenizer, TokenizerFault);
  model.inferred = ReadList(section, "inferred", faults, PathFault);
  if (model.context_window && model.max_output && *model.max_output > *model.context_window) {
    section.Fault("max_output", "is more than context_window");
  }
  section.Done();
  return model;
}

// Each name may mean one model.
void CheckNames(const std::vector<Model>& models, Faults& faults) {
  std::set<std::string_view> seen;
  for (size_t m = 0; m < models.size(); ++m) {
    const std::string path = "models[" + std::to_string(m) + "].";
    const auto claim = [&](const std::string& name, const std::string& at) {
      if (!name.empty() && !seen.insert(name).second) {
        faults.AddAt(path + at, "is the name of another model or version too");
      }
    };
    claim(models[m].id, "id");
    const auto claim_all = [&](const std::vector<std::string>& names, const char* key) {
      for (size_t i = 0; i < names.size(); ++i) {
        claim(names[i], std::string(key) + "[" + std::to_string(i) + "]");
      }
    };
    claim_all(models[m].aliases, "aliases");
    claim_all(models[m].snapshots, "snapshots");
  }
}

}  // namespace

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

LoadedCatalogue ParseCatalogue(std::string_view yaml, std::string_view file_name, bool strict) {
  if (yaml.size() > kMaxConfigFileBytes) {
    return std::vector<ConfigFault>{{std::string(file_name), 0, "is larger than 1 MiB"}};
  }
  const auto document = LoadYaml(yaml, file_name);
  if (const auto* fault = std::get_if<ConfigFault>(&document)) return std::vector{*fault};
  Faults faults;
  std::string revision;
  std::vector<Model> models;
  Section top(std::get<YAML::Node>(document), "", faults);
  if (!top.Has("revision")) top.Fault("revision", "is missing");
  top.Text("revision", revision, RevisionFault);
  const bool given =
      top.List("models", 0, kMaxModels, [&](const YAML::Node& node, const std::string& path) {
        models.push_back(ReadModel(node, path, faults));
      });
  if (!given) top.Fault("models", "is missing: a list, which may be empty");
  top.Done();
  CheckNames(models, faults);
  if (!faults.none()) return faults.Take();
  return std::make_shared<const catalogue::Catalogue>(std::move(revision), std::move(models),
                                                      strict);
}

LoadedCatalogue LoadCatalogueFile(const std::string& path, bool strict) {
  auto text = ReadConfigText(path);
  if (auto* fault = std::get_if<std::vector<ConfigFault>>(&text)) return *fault;
  return ParseCatalogue(std::get<std::string>(text), path, strict);
}

std::shared_ptr<const catalogue::Catalogue> BuiltInCatalogue(bool strict) {
  // A test reads the same file: it has no fault.
  return std::get<0>(ParseCatalogue(catalogue::BuiltInModelsYaml(), "models.yaml", strict));
}

}  // namespace inferwire::config
