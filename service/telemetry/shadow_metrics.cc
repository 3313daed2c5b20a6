#include "telemetry/shadow_metrics.h"

#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kOutcomes{"answered", "failed", "cancelled", "excluded",
                               "full",     "busy",   "memory",    "no_place"};

}  // namespace

ShadowFamilies::ShadowFamilies(Metrics& metrics)
    : calls_(metrics.Counters("inferwire_shadow_calls_total",
                              "Calls that were to go to a route's shadow too, by what became of "
                              "the copy.")),
      cost_(metrics.Counters("inferwire_shadow_cost_usd_total",
                             "What the answers of routes' shadows cost; in no other cost.")),
      guard_(metrics.Guard(calls_.GetName(), metrics.LimitsOf<ShadowLimits>().routes)) {}

ShadowMetrics::ShadowMetrics(ShadowFamilies& families, const std::string& route)
    : outcomes_(families.calls_, "outcome", kOutcomes, {{"route", route}}),
      cost_(families.cost_.Add({{"route", route}})) {
  outcomes_.MakeAll();
}

ShadowMetrics& ShadowFamilies::Route(std::string_view route) {
  route = guard_.Fold(route);
  return routes_.FindOrMake(
      route, {}, {}, [&] { return std::make_unique<ShadowMetrics>(*this, std::string(route)); });
}

}  // namespace inferwire::telemetry
