#include "upstream/router.h"

#include <utility>

#include "catalogue/chat_check.h"
#include "openai/error.h"
#include "openai/path_segment.h"

namespace inferwire::upstream {
namespace {

Error NotServed(std::string_view model) {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_MODEL_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "no configured upstream serves this model";
  error.resource = Error::Resource{"model", openai::Scrub(model, 128)};
  return error;
}

}  // namespace

void Router::Add(std::unique_ptr<const Upstream> upstream, const std::vector<std::string>& models,
                 const std::map<std::string, std::string>& aliases, bool is_default) {
  const Upstream* added = upstream.get();
  upstreams_.push_back(std::move(upstream));
  if (!default_ || is_default) default_ = added;
  for (const std::string& model : models) {
    if (model == "*") takes_any_.insert(added);
    sent_.emplace(added, model);
    if (model != "*") {
      by_model_.emplace(model, Route{added, model});
    } else if (!any_model_ || is_default) {
      any_model_ = added;
    }
  }
  for (const auto& [alias, model] : aliases) {
    by_model_.emplace(alias, Route{added, model});
    sent_.emplace(added, model);
  }
}

Result<Route> Router::ForModel(std::string_view model) const {
  Route route;
  if (const auto found = by_model_.find(model); found != by_model_.end()) {
    route = found->second;
  } else if (any_model_) {
    route = {any_model_, std::string(model)};
  }
  if (route.upstream && route.upstream->NamesModelInPath() &&
      !openai::CanBePathSegment(route.model)) {
    return InvalidField("params.model", "names no deployment");  // but another path
  }
  if (route.upstream) {
    if (auto added = AddModelInfo(model, route); !added) return added.error();
    return route;
  }
  return NotServed(model);
}

Result<void> Router::AddModelInfo(std::string_view asked, Route& route) const {
  std::shared_ptr<const catalogue::Catalogue> catalogue = this->catalogue();
  if (!catalogue) return {};
  const catalogue::Model* model = catalogue->Find(route.model);
  if (!model) model = catalogue->Find(asked);
  if (model) {
    route.model_info = catalogue::ModelRef(catalogue, model);
  } else if (catalogue->strict()) {
    return catalogue::NotCatalogued(openai::Scrub(asked, 128));
  }
  route.catalogue = std::move(catalogue);
  return {};
}

Result<Route> Router::ForSent(const Upstream& upstream, std::string_view model) const {
  const bool served =
      takes_any_.contains(&upstream) || sent_.contains({&upstream, std::string(model)});
  if (!served) return NotServed(model);
  Route route{&upstream, std::string(model)};
  route.catalogue = catalogue();
  if (!route.catalogue) return route;
  const catalogue::Model* const model_info = ModelInfoOfSent(*route.catalogue, upstream, model);
  if (model_info) {
    route.model_info = catalogue::ModelRef(route.catalogue, model_info);
  } else if (route.catalogue->strict()) {
    return catalogue::NotCatalogued(openai::Scrub(model, 128));
  }
  return route;
}

bool Router::RestrictsModels(const Upstream& upstream) const {
  if (!takes_any_.contains(&upstream)) return true;
  const auto known = catalogue();
  return known && known->strict();
}

const catalogue::Model* Router::ModelInfoOfSent(const catalogue::Catalogue& catalogue,
                                                const Upstream& upstream,
                                                std::string_view sent) const {
  if (const catalogue::Model* const model = catalogue.Find(sent)) return model;
  const catalogue::Model* found = nullptr;
  for (const auto& [name, route] : by_model_) {
    if (route.upstream->name() != upstream.name() || route.model != sent) continue;
    const catalogue::Model* const model = catalogue.Find(name);
    if (found && model && model != found) return nullptr;
    if (model) found = model;
  }
  return found;
}

std::shared_ptr<const catalogue::Catalogue> Router::catalogue() const {
  return snapshot_ ? snapshot_->Load() : nullptr;
}

Result<const Upstream*> Router::ByName(std::string_view name) const {
  if (name.empty() && default_) return default_;
  for (const auto& upstream : upstreams_) {
    if (upstream->name() == name) return upstream.get();
  }
  return InvalidField("call.upstream", "no upstream of this name is configured");
}

}  // namespace inferwire::upstream
