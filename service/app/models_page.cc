#include "app/models_page.h"

#include <google/protobuf/util/json_util.h>

#include <vector>

#include "endpoints/models/list_models.h"
#include "inferwire/v1/models_service.pb.h"

namespace inferwire::app {
namespace {

constexpr int kPageSize = 500;
constexpr const char* kPrices[] = {"input", "cached_input", "output"};

bool IsShown(const v1::Price& price) {
  if (price.service_tier() != "standard" || price.above_input_tokens() != 0) return false;
  for (const char* const kind : kPrices) {
    if (price.kind() == kind) return true;
  }
  return false;
}

v1::Model Shown(const v1::Model& model) {
  v1::Model shown;
  shown.set_model_id(model.model_id());
  shown.set_owned_by(model.owned_by());
  shown.set_upstream(model.upstream());
  shown.set_catalogued(model.catalogued());
  shown.set_discovered(model.discovered());
  *shown.mutable_aliases() = model.aliases();
  for (const v1::Price& price : model.prices()) {
    if (IsShown(price)) *shown.add_prices() = price;
  }
  if (model.has_context_window_tokens()) {
    shown.set_context_window_tokens(model.context_window_tokens());
  }
  if (model.has_max_output_tokens()) shown.set_max_output_tokens(model.max_output_tokens());
  shown.set_shutdown_date(model.shutdown_date());
  shown.set_replacement_model_id(model.replacement_model_id());
  if (model.has_days_left()) shown.set_days_left(model.days_left());
  shown.set_ended(model.ended());
  *shown.mutable_listings() = model.listings();
  return shown;
}

}  // namespace

std::string ModelsPage(const upstream::Router& router) {
  v1::ListModelsResponse response;
  std::vector<v1::Model> unserved;
  const auto has_room = [&](size_t have) { return have < kMostModelsShown; };
  const auto known = router.Known();
  v1::ListModelsRequest request;
  request.set_page_size(kPageSize);
  do {
    auto page = endpoints::ListModels(request, *known, router);
    if (!page) return "{}";
    for (const v1::Model& model : page->models()) {
      const auto served = static_cast<size_t>(response.models_size());
      if (!model.upstream().empty() && has_room(served)) *response.add_models() = Shown(model);
      if (model.upstream().empty() && has_room(unserved.size())) unserved.push_back(Shown(model));
    }
    response.set_total_size(page->total_size());
    response.set_price_revision(page->price_revision());
    *response.mutable_listings() = page->listings();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  for (v1::Model& model : unserved) {
    if (has_room(static_cast<size_t>(response.models_size()))) {
      response.add_models()->Swap(&model);
    }
  }
  std::string json;
  return google::protobuf::util::MessageToJsonString(response, &json).ok() ? json : "{}";
}

}  // namespace inferwire::app
