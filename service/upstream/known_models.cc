#include "upstream/known_models.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "upstream/known_models_maker.h"
#include "upstream/router.h"

namespace inferwire::upstream {

KnownModelsVersion KnownModelsVersion::Of(const Router& router) {
  KnownModelsVersion version{
      .catalogue = router.catalogue(),
      .minute = std::chrono::floor<std::chrono::minutes>(router.Now().time_since_epoch())};
  for (const auto& upstream : router.upstreams()) {
    const Listing* const listing = upstream->options().listing.get();
    version.lists.push_back(listing ? listing->Last() : nullptr);
  }
  return version;
}

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

std::shared_ptr<const KnownModels> KnownModelsCache::Find(const Router& router) {
  const auto version = KnownModelsVersion::Of(router);
  const std::lock_guard lock(mutex_);
  return known_ && known_->version == version ? known_ : nullptr;
}

std::shared_ptr<const KnownModels> KnownModelsCache::Of(const Router& router) {
  if (auto known = Find(router)) return known;
  KnownModelsMaker maker(router);
  auto known = maker.Step(std::numeric_limits<size_t>::max());
  Keep(known);
  return known;
}

void KnownModelsCache::Keep(std::shared_ptr<const KnownModels> known) {
  const std::lock_guard lock(mutex_);
  known_.swap(known);
}  // the one before goes with `known`, after the lock

}  // namespace inferwire::upstream
