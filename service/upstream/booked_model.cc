#include "upstream/booked_model.h"

#include <algorithm>

namespace inferwire::upstream {
namespace {

bool IsConfigured(const Router& router, std::string_view upstream, std::string_view model) {
  return router.named().contains(model) || router.Sends(upstream, model);
}

}  // namespace

std::string BookedModel(const Router& router, std::string_view upstream, std::string_view model,
                        bool answered, telemetry::LedgerMetrics* metrics) {
  if (model.empty() || IsConfigured(router, upstream, model)) return std::string(model);
  if (const auto catalogue = router.catalogue(); catalogue && catalogue->Find(model)) {
    return std::string(model);
  }
  if (answered && metrics && metrics->AdmitModel(model)) return std::string(model);
  if (const Route* const route = router.RouteNamed(model)) return route->name;
  return std::string(kOtherModel);
}

}  // namespace inferwire::upstream
