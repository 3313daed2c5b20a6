#include "upstream/known_models.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "upstream/discovery.h"
#include "upstream/router.h"

namespace inferwire::upstream {
namespace {

// What a name of the configuration stands for, as Router::ForModel sees it: the model that is sent,
// else the one that is asked for.
const catalogue::Model* ModelInfoOf(const std::string& name, const Destination& route,
                                    const catalogue::Catalogue& catalogue) {
  const catalogue::Model* model_info = catalogue.Find(route.model);
  return model_info ? model_info : catalogue.Find(name);
}

// Where calls for it go, and under which name.
void AddPlace(KnownModel& model, const Router& router) {
  const auto route = router.ForModel(model.id);
  if (!route) return;
  model.upstream = route->upstream->name();
  model.sent = route->model;
}

// The models of a list by their ids: by what its upstream is sent, a configured name means the
// model that it is here.
class ListedModels {
 public:
  ListedModels(std::map<std::string, KnownModel>& models, const Router& router,
               const catalogue::Catalogue& catalogue)
      : models_(models), router_(router), catalogue_(catalogue) {}

  void Add(const Upstream& upstream) {
    const Listing* const listing = upstream.options().listing.get();
    const auto last = listing ? listing->Last() : nullptr;
    if (!last) return;
    std::set<const openai::ListedModel*> seen;
    for (const std::string& sent : router_.SentTo(upstream)) {
      const openai::ListedModel* const listed = last->list.Find(sent);
      if (!listed && !HasAllIn(upstream, *last)) continue;
      seen.insert(listed);
      Add(upstream, sent, listed, IdOf(upstream, sent));
    }
    for (const auto& [name, listed] : last->list.models) {
      if (!seen.contains(&listed)) Add(upstream, name, &listed, IdOf(upstream, name));
    }
  }

 private:
  std::string IdOf(const Upstream& upstream, const std::string& sent) const {
    const catalogue::Model* const known = router_.ModelInfoOfSent(catalogue_, upstream, sent);
    return known ? known->id : sent;
  }

  void Add(const Upstream& upstream, const std::string& name, const openai::ListedModel* listed,
           const std::string& id) {
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
  const Router& router_;
  const catalogue::Catalogue& catalogue_;
};

std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const Router& router) {
  auto catalogue = router.catalogue();
  return catalogue ? catalogue
                   : std::make_shared<const catalogue::Catalogue>("none",
                                                                  std::vector<catalogue::Model>());
}

std::vector<KnownModel> AllModels(const Router& router, const catalogue::Catalogue& catalogue) {
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

}  // namespace

const KnownModel* KnownModels::Find(std::string_view name, const Router& router) const {
  std::string_view id = name;
  if (const auto named = router.named().find(name); named != router.named().end()) {
    const catalogue::Model* const model_info = ModelInfoOf(named->first, named->second, *catalogue);
    id = model_info ? model_info->id : named->second.model;
  } else if (const catalogue::Model* const model_info = catalogue->Find(name)) {
    id = model_info->id;
  }
  const auto found = std::ranges::lower_bound(models, id, {}, &KnownModel::id);
  return found != models.end() && found->id == id ? &*found : nullptr;
}

KnownModelsCache::Version KnownModelsCache::VersionOf(const Router& router) {
  Version version{
      .catalogue = router.catalogue(),
      .minute = std::chrono::floor<std::chrono::minutes>(router.Now().time_since_epoch())};
  for (const auto& upstream : router.upstreams()) {
    const Listing* const listing = upstream->options().listing.get();
    version.lists.push_back(listing ? listing->Last() : nullptr);
  }
  return version;
}

std::shared_ptr<const KnownModels> KnownModelsCache::Of(const Router& router) {
  Version version = VersionOf(router);
  {
    std::lock_guard lock(mutex_);
    if (known_ && version == version_) return known_;
  }
  KnownModels now{.catalogue = CatalogueOf(router)};
  now.models = AllModels(router, *now.catalogue);
  auto known = std::make_shared<const KnownModels>(std::move(now));
  std::lock_guard lock(mutex_);
  version_ = std::move(version);
  return known_ = std::move(known);
}

}  // namespace inferwire::upstream
