#include "models/known_models.h"

#include <algorithm>
#include <map>

#include "openai/error.h"

namespace inferwire::models {
namespace {

// What a name of the configuration stands for, as Routes::ForModel sees it: the model that is sent,
// else the one that is asked for.
const catalogue::Model* FactsOf(const std::string& name, const openai::Route& route,
                                const catalogue::Catalogue& catalogue) {
  const catalogue::Model* facts = catalogue.Find(route.model);
  return facts ? facts : catalogue.Find(name);
}

std::string UpstreamOf(const std::string& id, const openai::Routes& routes) {
  auto route = routes.ForModel(id);
  return route ? route->upstream->name() : "";
}

Error NoSuchModel(std::string_view name, std::string_view field) {
  Error error = InvalidField(field, "is no model that the catalogue or the configuration names",
                             v1::ERROR_REASON_MODEL_NOT_FOUND);
  error.code = Code::kNotFound;
  error.resource = Error::Resource{"model", openai::Scrub(name, 128)};
  return error;
}

}  // namespace

std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const openai::Routes& routes) {
  auto catalogue = routes.catalogue();
  return catalogue ? catalogue
                   : std::make_shared<const catalogue::Catalogue>("none",
                                                                  std::vector<catalogue::Model>());
}

std::vector<KnownModel> AllModels(const openai::Routes& routes,
                                  const catalogue::Catalogue& catalogue) {
  std::map<std::string, KnownModel> models;
  for (const catalogue::Model& facts : catalogue.models()) {
    models[facts.id] = {facts.id, &facts, {}, UpstreamOf(facts.id, routes)};
  }
  for (const auto& [name, route] : routes.named()) {
    const catalogue::Model* const facts = FactsOf(name, route, catalogue);
    if (!facts && catalogue.strict()) continue;
    KnownModel& model = models[facts ? facts->id : route.model];
    if (!facts) model.id = route.model;
    if (model.upstream.empty()) model.upstream = route.upstream->name();
    const bool of_catalogue = facts && catalogue.Find(name) == facts;
    if (name != model.id && !of_catalogue) model.more_aliases.push_back(name);
  }
  std::vector<KnownModel> list;
  list.reserve(models.size());
  for (auto& [id, model] : models) list.push_back(std::move(model));
  return list;
}

Result<KnownModel> FindModel(std::string_view name, std::string_view field,
                             const openai::Routes& routes, const catalogue::Catalogue& catalogue) {
  std::string id(name);
  if (const auto named = routes.named().find(name); named != routes.named().end()) {
    const catalogue::Model* const facts = FactsOf(named->first, named->second, catalogue);
    id = facts ? facts->id : named->second.model;
  } else if (const catalogue::Model* const facts = catalogue.Find(name)) {
    id = facts->id;
  }
  auto all = AllModels(routes, catalogue);
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const KnownModel& model) { return model.id == id; });
  if (found == all.end()) return NoSuchModel(name, field);
  return std::move(*found);
}

}  // namespace inferwire::models
