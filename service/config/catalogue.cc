#include "config/catalogue.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "catalogue/models_yaml.h"
#include "config/catalogue_facts.h"
#include "config/parse.h"
#include "config/values.h"
#include "config/yaml.h"

namespace inferwire::config {
namespace {

using catalogue::Model;
using catalogue::Offer;
using catalogue::TierLimit;

constexpr size_t kMaxModels = 1000, kMaxOffers = 100, kMaxTiers = 20;
constexpr size_t kMaxText = 1000, kMaxRevision = 15;

std::string TextFault(const std::string& text) {
  return text.size() <= kMaxText ? "" : "has more than " + std::to_string(kMaxText) + " bytes";
}

std::string NameFault(const std::string& text) {
  return IsModelName(text) && text != "*" ? "" : "must be a model's name";
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

std::string UpstreamFault(const std::string& text) {
  return IsLabel(text) ? "" : "must be an upstream's name";
}

std::vector<Offer> ReadOffers(Section& section, Faults& faults) {
  std::vector<Offer> offers;
  section.List("offers", 0, kMaxOffers, [&](const YAML::Node& node, const std::string& path) {
    Section entry(node, path, faults);
    Offer offer;
    if (!entry.Has("upstream")) entry.Fault("upstream", "is missing");
    entry.Text("upstream", offer.upstream, UpstreamFault);
    ReadFacts(entry, offer, faults);
    entry.Done();
    const bool again = std::ranges::any_of(
        offers, [&](const Offer& other) { return other.upstream == offer.upstream; });
    if (again) return entry.Fault("upstream", "has an offer already");
    offers.push_back(std::move(offer));
  });
  return offers;
}

Model ReadModel(const YAML::Node& node, const std::string& path, Faults& faults) {
  Model model;
  Section section(node, path, faults);
  if (!section.Has("id")) section.Fault("id", "is missing");
  section.Text("id", model.id, NameFault);
  section.Text("display_name", model.display_name, TextFault);
  section.Text("description", model.description, TextFault);
  section.Text("owned_by", model.owned_by, TextFault);
  model.aliases = ReadWords(section, "aliases", faults, NameFault);
  model.snapshots = ReadWords(section, "snapshots", faults, NameFault);
  ReadFacts(section, model, faults);
  section.Text("knowledge_cutoff", model.knowledge_cutoff, DateFault);
  model.offers = ReadOffers(section, faults);
  model.tier_limits = ReadLimits(section, faults);
  section.TextMap("ratings", model.ratings, [](const std::string& name, const std::string& value) {
    return IsWord(name) ? TextFault(value) : WordFault(name);
  });
  section.Text("recommended", model.recommended, NameFault);
  section.Text("tokenizer", model.tokenizer, TokenizerFault);
  model.inferred = ReadWords(section, "inferred", faults, PathFault);
  section.Done();
  for (const Offer& offer : model.offers) {
    const Model there = catalogue::WithOffer(model, offer);
    if (!there.context_window || !there.max_output || *there.max_output <= *there.context_window) {
      continue;
    }
    faults.AddAt(path + ".offers", "says that " + offer.upstream +
                                       " writes more than context_window: max_output is too large");
  }
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
