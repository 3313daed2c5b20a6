#include "upstream/known_models_maker.h"

#include <algorithm>
#include <utility>

#include "upstream/discovery.h"

namespace inferwire::upstream {

const catalogue::Model* ModelInfoOf(std::string_view name, const Destination& route,
                                    const catalogue::Catalogue& catalogue) {
  const catalogue::Model* model_info = catalogue.Find(route.model);
  return model_info ? model_info : catalogue.Find(name);
}

KnownModelsMaker::KnownModelsMaker(const Router& router)
    : router_(router),
      known_{.version = KnownModelsVersion::Of(router)},
      next_configured_(router.named().begin()) {
  known_.catalogue = known_.version.catalogue;
  if (!known_.catalogue) {
    known_.catalogue =
        std::make_shared<const catalogue::Catalogue>("none", std::vector<catalogue::Model>());
  }
}

std::shared_ptr<const KnownModels> KnownModelsMaker::Step(size_t names) {
  using Phase = bool (KnownModelsMaker::*)();
  constexpr Phase kPhases[] = {&KnownModelsMaker::AddCatalogued, &KnownModelsMaker::AddConfigured,
                               &KnownModelsMaker::AddListed, &KnownModelsMaker::AddToList};
  while (phase_ < std::size(kPhases)) {
    if (names == 0) return nullptr;
    --names;
    if (!(this->*kPhases[phase_])()) ++phase_;
  }
  return std::make_shared<const KnownModels>(std::move(known_));
}

void KnownModelsMaker::AddPlace(KnownModel& model) const {
  const auto route = router_.ForModel(model.id);
  if (!route) return;
  model.upstream = route->upstream->name();
  model.sent = route->model;
}

bool KnownModelsMaker::AddCatalogued() {
  const auto& all = known_.catalogue->models();
  if (next_catalogued_ == all.size()) return false;
  const catalogue::Model& model_info = all[next_catalogued_++];
  KnownModel& model = models_[model_info.id];
  model.id = model_info.id;
  model.model_info = &model_info;
  AddPlace(model);
  return true;
}

bool KnownModelsMaker::AddConfigured() {
  if (next_configured_ == router_.named().end()) return false;
  const auto& [name, route] = *next_configured_++;
  const catalogue::Model* const model_info = ModelInfoOf(name, route, *known_.catalogue);
  if (!model_info && known_.catalogue->strict()) return true;
  KnownModel& model = models_[model_info ? model_info->id : route.model];
  if (!model_info) model.id = route.model;
  if (model.upstream.empty()) {
    model.upstream = route.upstream->name();
    model.sent = route.model;
  }
  const bool of_catalogue = model_info && known_.catalogue->Find(name) == model_info;
  if (name != model.id && !of_catalogue) model.more_aliases.push_back(name);
  return true;
}

void KnownModelsMaker::ReadNext() {
  const size_t number = next_upstream_++;
  const Listing::Read* const read = known_.version.lists[number].get();
  if (!read) return;
  const Upstream& upstream = *router_.upstreams()[number];
  reading_ = Reading{.upstream = &upstream,
                     .read = read,
                     .sent = router_.SentTo(upstream),
                     .has_all = HasAllIn(upstream, *read),
                     .next = read->list.models.begin()};
}

// First what the configuration has the upstream sent, then what else it lists.
bool KnownModelsMaker::AddListed() {
  if (!reading_) {
    if (next_upstream_ == known_.version.lists.size()) return false;
    ReadNext();
    return true;
  }
  Reading& now = *reading_;
  if (now.next_sent < now.sent.size()) {
    const std::string& sent = now.sent[now.next_sent++];
    const openai::ListedModel* const listed = now.read->list.Find(sent);
    if (!listed && !now.has_all) return true;
    now.seen.insert(listed);
    AddListed(sent, listed);
  } else if (now.next != now.read->list.models.end()) {
    const auto& [name, listed] = *now.next++;
    if (!now.seen.contains(&listed)) AddListed(name, &listed);
  } else {
    reading_.reset();
  }
  return true;
}

void KnownModelsMaker::AddListed(const std::string& name, const openai::ListedModel* listed) {
  const Upstream& upstream = *reading_->upstream;
  const catalogue::Model* const model_info =
      router_.ModelInfoOfSent(*known_.catalogue, upstream, name);
  const std::string& id = model_info ? model_info->id : name;
  auto known = models_.find(id);
  if (known == models_.end()) {
    if (!listed || known_.catalogue->strict()) return;
    known = models_.emplace(id, KnownModel{.id = id, .discovered = true}).first;
    AddPlace(known->second);
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

bool KnownModelsMaker::AddToList() {
  if (models_.empty()) return false;
  KnownModel model = std::move(models_.extract(models_.begin()).mapped());
  const catalogue::Catalogue& catalogue = *known_.catalogue;
  if (model.model_info) model.model_info = &catalogue.At(*model.model_info, model.upstream);
  known_.models.push_back(std::move(model));
  return true;
}

}  // namespace inferwire::upstream
