#include "endpoints/models/known_models.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "openai/error.h"
#include "upstream/discovery.h"
#include "upstream/listing.h"

namespace inferwire::endpoints {
namespace {

// What a name of the configuration stands for, as Router::ForModel sees it: the model that is sent,
// else the one that is asked for.
const catalogue::Model* ModelInfoOf(const std::string& name, const upstream::Destination& route,
                                    const catalogue::Catalogue& catalogue) {
  const catalogue::Model* model_info = catalogue.Find(route.model);
  return model_info ? model_info : catalogue.Find(name);
}

// Where calls for it go, and under which name.
void AddPlace(KnownModel& model, const upstream::Router& router) {
  const auto route = router.ForModel(model.id);
  if (!route) return;
  model.upstream = route->upstream->name();
  model.sent = route->model;
}

// The models of a list by their ids: by what its upstream is sent, a configured name means the
// model that it is here.
class ListedModels {
 public:
  ListedModels(std::map<std::string, KnownModel>& models, const upstream::Router& router,
               const catalogue::Catalogue& catalogue)
      : models_(models), router_(router), catalogue_(catalogue) {}

  void Add(const upstream::Upstream& upstream) {
    const upstream::Listing* const listing = upstream.options().listing.get();
    const auto last = listing ? listing->Last() : nullptr;
    if (!last) return;
    std::set<const openai::ListedModel*> seen;
    for (const std::string& sent : router_.SentTo(upstream)) {
      const openai::ListedModel* const listed = last->list.Find(sent);
      if (!listed && !upstream::HasAllIn(upstream, *last)) continue;
      seen.insert(listed);
      Add(upstream, sent, listed, IdOf(upstream, sent));
    }
    for (const auto& [name, listed] : last->list.models) {
      if (!seen.contains(&listed)) Add(upstream, name, &listed, IdOf(upstream, name));
    }
  }

 private:
  std::string IdOf(const upstream::Upstream& upstream, const std::string& sent) const {
    const catalogue::Model* const known = router_.ModelInfoOfSent(catalogue_, upstream, sent);
    return known ? known->id : sent;
  }

  void Add(const upstream::Upstream& upstream, const std::string& name,
           const openai::ListedModel* listed, const std::string& id) {
    auto known = models_.find(id);
    if (known == models_.end()) {
      if (!listed || catalogue_.strict()) return;
      known = models_.emplace(id, KnownModel{.id = id, .discovered = true}).first;
      AddPlace(known->second, router_);
    }
    std::vector<Listed>& listings = known->second.listings;
    Listed says{&upstream, name, listed != nullptr, listed ? listed->ends : std::nullopt};
    // Its dated versions are listed beside a model: the name that is sent counts, else the first.
    const auto same = std::ranges::find(listings, &upstream, &Listed::upstream);
    if (same == listings.end()) {
      listings.push_back(std::move(says));
    } else if (name == known->second.sent || (name == id && same->name != known->second.sent)) {
      *same = std::move(says);
    }
  }

  std::map<std::string, KnownModel>& models_;
  const upstream::Router& router_;
  const catalogue::Catalogue& catalogue_;
};

}  // namespace

Error NoSuchModel(std::string_view name, std::string_view field) {
  Error error = InvalidField(field, "is no model that the catalogue or the configuration names",
                             v1::ERROR_REASON_MODEL_NOT_FOUND);
  error.code = Code::kNotFound;
  error.resource = Error::Resource{"model", openai::Scrub(name, 128)};
  return error;
}

std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const upstream::Router& router) {
  auto catalogue = router.catalogue();
  return catalogue ? catalogue
                   : std::make_shared<const catalogue::Catalogue>("none",
                                                                  std::vector<catalogue::Model>());
}

std::vector<KnownModel> AllModels(const upstream::Router& router,
                                  const catalogue::Catalogue& catalogue) {
  std::map<std::string, KnownModel> models;
  for (const catalogue::Model& model_info : catalogue.models()) {
    KnownModel& model = models[model_info.id];
    model.id = model_info.id;
    model.model_info = &model_info;
    AddPlace(model, router);
  }
  for (const auto& [name, route] : router.named()) {
    const catalogue::Model* const model_info = ModelInfoOf(name, route, catalogue);
    if (!model_info && catalogue.strict()) continue;
    KnownModel& model = models[model_info ? model_info->id : route.model];
    if (!model_info) model.id = route.model;
    if (model.upstream.empty()) {
      model.upstream = route.upstream->name();
      model.sent = route.model;
    }
    const bool of_catalogue = model_info && catalogue.Find(name) == model_info;
    if (name != model.id && !of_catalogue) model.more_aliases.push_back(name);
  }
  ListedModels listed(models, router, catalogue);
  for (const auto& upstream : router.upstreams()) listed.Add(*upstream);
  std::vector<KnownModel> list;
  list.reserve(models.size());
  for (auto& [id, model] : models) {
    if (model.model_info) model.model_info = &catalogue.At(*model.model_info, model.upstream);
    list.push_back(std::move(model));
  }
  return list;
}

Result<KnownModel> FindModel(std::string_view name, std::string_view field,
                             const upstream::Router& router,
                             const catalogue::Catalogue& catalogue) {
  std::string id(name);
  if (const auto named = router.named().find(name); named != router.named().end()) {
    const catalogue::Model* const model_info = ModelInfoOf(named->first, named->second, catalogue);
    id = model_info ? model_info->id : named->second.model;
  } else if (const catalogue::Model* const model_info = catalogue.Find(name)) {
    id = model_info->id;
  }
  auto all = AllModels(router, catalogue);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const KnownModel& model) { return model.id == id; });
  if (found == all.end()) return NoSuchModel(name, field);
  return std::move(*found);
}

}  // namespace inferwire::endpoints
