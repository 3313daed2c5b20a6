#include "config/catalogue.h"

#include <algorithm>
#include <functional>
#include <map>
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

constexpr size_t kMaxModels = 20'000, kMaxOffers = 100, kMaxTiers = 20;
constexpr size_t kMaxText = 1000, kMaxRevision = 15;
constexpr int64_t kMaxFactor = 100'000'000;

std::string TextFault(const std::string& text) {
  return text.size() <= kMaxText ? "" : "has more than " + std::to_string(kMaxText) + " bytes";
}

std::string PatternFault(const std::string& text) {
  if (std::ranges::count(text, '*') != 1) return "must have one '*'";
  std::string name = text;
  name[name.find('*')] = '-';
  return text.size() > 1 ? NameFault(name) : "must be more than '*'";
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

std::string TokenizerFault(const std::string& text) {
  if (text == "o200k_base" || text == "cl100k_base") return "";
  return "must be o200k_base or cl100k_base: no other vocabulary is known here";
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

// As a decimal: 0.9 is 10 % less.
void ReadFactor(Section& entry, std::optional<int64_t>& factor) {
  std::string text;
  entry.Text("price_factor", text, [&](const std::string& value) -> std::string {
    const auto read = ParsePrice(value);  // in millionths, too
    if (!read || read->atto != 0 || read->pico < 1 || read->pico > kMaxFactor) {
      return "must be a number from 0.000001 to 100 with at most 6 digits after the point";
    }
    factor = read->pico;
    return "";
  });
}

std::vector<Offer> ReadOffers(Section& section, Faults& faults) {
  std::vector<Offer> offers;
  section.List("offers", 0, kMaxOffers, [&](const YAML::Node& node, const std::string& path) {
    Section entry(node, path, faults);
    Offer offer;
    if (!entry.Has("upstream")) entry.Fault("upstream", "is missing");
    entry.Text("upstream", offer.upstream, UpstreamFault);
    ReadFacts(entry, offer, faults);
    ReadFactor(entry, offer.price_factor);
    entry.Done();
    const bool again = std::ranges::any_of(
        offers, [&](const Offer& other) { return other.upstream == offer.upstream; });
    if (again) return entry.Fault("upstream", "has an offer already");
    offers.push_back(std::move(offer));
  });
  return offers;
}

// What an offer makes of its model has to be true too.
void CheckOffers(const Model& model, const std::string& path, Faults& faults) {
  for (const Offer& offer : model.offers) {
    const Model there = catalogue::WithOffer(model, offer);
    if (there.context_window && there.max_output && *there.max_output > *there.context_window) {
      faults.AddAt(path + ".offers",
                   "says that " + offer.upstream +
                       " writes more than context_window: max_output is too large");
    }
    if (!offer.price_factor) continue;
    Offer plain = offer;
    plain.price_factor.reset();
    const Model unscaled = catalogue::WithOffer(model, plain);
    std::string fault = FactorFault(unscaled.prices, *offer.price_factor);
    for (const catalogue::DatedPrices& dated : unscaled.later_prices) {
      if (fault.empty()) fault = FactorFault(dated.prices, *offer.price_factor);
    }
    if (!fault.empty()) {
      faults.AddAt(path + ".offers", "of " + offer.upstream + ": price_factor " + fault);
    }
  }
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
  model.patterns = ReadWords(section, "patterns", faults, PatternFault);
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
  return model;
}

// Each name may mean one model. path_of: where a model stands in the file.
void CheckNames(const std::vector<Model>& models,
                const std::function<std::string(const Model&)>& path_of, Faults& faults) {
  std::set<std::string_view> seen;
  for (const Model& model : models) {
    const std::string path = path_of(model) + ".";
    const auto claim = [&](const std::string& name, const std::string& at) {
      if (!name.empty() && !seen.insert(name).second) {
        faults.AddAt(path + at, "is the name of another model or version too");
      }
    };
    claim(model.id, "id");
    const auto claim_all = [&](const std::vector<std::string>& names, const char* key) {
      for (size_t i = 0; i < names.size(); ++i) {
        claim(names[i], std::string(key) + "[" + std::to_string(i) + "]");
      }
    };
    claim_all(model.aliases, "aliases");
    claim_all(model.snapshots, "snapshots");
    claim_all(model.patterns, "patterns");
  }
}

struct CatalogueText {
  std::string revision;
  std::vector<Model> models;
};

std::string PathOf(size_t index) { return "models[" + std::to_string(index) + "]"; }

// Read, and not yet checked as a whole.
std::optional<CatalogueText> ReadText(std::string_view yaml, std::string_view file_name,
                                      Faults& faults) {
  if (yaml.size() > kMaxCatalogueBytes) {
    faults.Add(std::string(file_name), 0, "is larger than 16 MiB");
    return std::nullopt;
  }
  const auto document = LoadYaml(yaml, file_name);
  if (const auto* fault = std::get_if<ConfigFault>(&document)) {
    faults.Add(fault->path, fault->line, fault->text);
    return std::nullopt;
  }
  CatalogueText read;
  Section top(std::get<YAML::Node>(document), "", faults);
  if (!top.Has("revision")) top.Fault("revision", "is missing");
  top.Text("revision", read.revision, RevisionFault);
  const bool given =
      top.List("models", 0, kMaxModels, [&](const YAML::Node& node, const std::string& path) {
        read.models.push_back(ReadModel(node, path, faults));
      });
  if (!given) top.Fault("models", "is missing: a list, which may be empty");
  top.Done();
  return read;
}

LoadedCatalogue Checked(std::string revision, std::vector<Model> models, bool strict,
                        const std::function<std::string(const Model&)>& path_of, Faults& faults) {
  for (const Model& model : models) CheckOffers(model, path_of(model), faults);
  CheckNames(models, path_of, faults);
  if (!faults.none()) return faults.Take();
  return std::make_shared<const catalogue::Catalogue>(std::move(revision), std::move(models),
                                                      strict);
}

LoadedCatalogue LayOver(CatalogueText read, const catalogue::Catalogue& base, Faults& faults) {
  std::vector<Model> models = base.models();
  std::map<std::string, size_t> places, paths;
  for (size_t i = 0; i < models.size(); ++i) places.emplace(models[i].id, i);
  for (size_t i = 0; i < read.models.size(); ++i) {
    Model& over = read.models[i];
    if (!paths.emplace(over.id, i).second) {
      faults.AddAt(PathOf(i) + ".id", "stands here for the second time");
      continue;
    }
    const auto [place, is_new] = places.emplace(over.id, models.size());
    if (is_new) {
      models.push_back(std::move(over));
    } else {
      catalogue::LayOver(std::move(over), models[place->second]);
    }
  }
  const auto path_of = [&](const Model& model) {
    const auto found = paths.find(model.id);
    return found == paths.end() ? "models" : PathOf(found->second);
  };
  return Checked(base.revision() + "+" + read.revision, std::move(models), base.strict(), path_of,
                 faults);
}

bool SamePrices(const catalogue::Facts& one, const catalogue::Facts& other) {
  return one.prices == other.prices && one.later_prices == other.later_prices;
}

}  // namespace

LoadedCatalogue ParseCatalogue(std::string_view yaml, std::string_view file_name, bool strict) {
  Faults faults;
  auto read = ReadText(yaml, file_name, faults);
  if (!read) return faults.Take();
  const Model* const first = read->models.data();
  const auto path_of = [first](const Model& model) {
    return PathOf(static_cast<size_t>(&model - first));
  };
  // The list is moved, not its models.
  return Checked(std::move(read->revision), std::move(read->models), strict, path_of, faults);
}

LoadedCatalogue ParseOverlay(std::string_view yaml, std::string_view file_name,
                             const catalogue::Catalogue& base) {
  Faults faults;
  auto read = ReadText(yaml, file_name, faults);
  return read ? LayOver(std::move(*read), base, faults) : faults.Take();
}

LoadedCatalogue ParseListed(std::string_view yaml, std::string_view file_name,
                            const catalogue::Catalogue& base) {
  Faults faults;
  auto read = ReadText(yaml, file_name, faults);
  if (!read) return faults.Take();
  const auto of_another = [&](const std::string& name, const std::string& id) {
    const Model* const known = base.Find(name);
    return known && known->id != id;
  };
  std::erase_if(read->models, [&](const Model& model) { return of_another(model.id, model.id); });
  for (Model& model : read->models) {
    for (auto* const names : {&model.aliases, &model.snapshots}) {
      std::erase_if(*names, [&](const auto& name) { return of_another(name, model.id); });
    }
  }
  return LayOver(std::move(*read), base, faults);
}

std::vector<std::string> UnmarkedChanges(const catalogue::Catalogue& before,
                                         const catalogue::Catalogue& after) {
  std::vector<std::string> changes;
  if (before.revision() != after.revision()) return changes;
  const auto add = [&](const Model& model, const std::string& where) {
    changes.push_back("the prices of " + model.id + where + " have changed under the revision " +
                      after.revision() + ": give the new ones a revision of their own");
  };
  for (const Model& model : after.models()) {
    const Model* const old = before.Find(model.id);
    if (!old || old->id != model.id) continue;
    if (!SamePrices(*old, model)) add(model, "");
    for (const Offer& offer : model.offers) {
      if (!SamePrices(before.At(*old, offer.upstream), after.At(model, offer.upstream))) {
        add(model, " at " + offer.upstream);
      }
    }
  }
  return changes;
}

LoadedCatalogue LoadCatalogueFile(const std::string& path, bool strict) {
  auto text = ReadConfigText(path, kMaxCatalogueBytes);
  if (auto* fault = std::get_if<std::vector<ConfigFault>>(&text)) return *fault;
  return ParseCatalogue(std::get<std::string>(text), path, strict);
}

std::shared_ptr<const catalogue::Catalogue> BuiltInCatalogue(bool strict) {
  // A test reads the same file: it has no fault.
  return std::get<0>(ParseCatalogue(catalogue::BuiltInModelsYaml(), "models.yaml", strict));
}

}  // namespace inferwire::config
