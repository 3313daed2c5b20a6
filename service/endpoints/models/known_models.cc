#include "endpoints/models/known_models.h"

#include <algorithm>
#include <map>

#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

// What a name of the configuration stands for, as Router::ForModel sees it: the model that is sent,
// else the one that is asked for.
const catalogue::Model* ModelInfoOf(const std::string& name, const upstream::Destination& route,
                                    const catalogue::Catalogue& catalogue) {
  const catalogue::Model* model_info = catalogue.Find(route.model);
  return model_info ? model_info : catalogue.Find(name);
}

std::string UpstreamOf(const std::string& id, const upstream::Router& router) {
  auto route = router.ForModel(id);
  return route ? route->upstream->name() : "";
}

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
    models[model_info.id] = {model_info.id, &model_info, {}, UpstreamOf(model_info.id, router)};
  }
  for (const auto& [name, route] : router.named()) {
    const catalogue::Model* const model_info = ModelInfoOf(name, route, catalogue);
    if (!model_info && catalogue.strict()) continue;
    KnownModel& model = models[model_info ? model_info->id : route.model];
    if (!model_info) model.id = route.model;
    if (model.upstream.empty()) model.upstream = route.upstream->name();
    const bool of_catalogue = model_info && catalogue.Find(name) == model_info;
    if (name != model.id && !of_catalogue) model.more_aliases.push_back(name);
  }
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
