#include "telemetry/hedge_metrics.h"

#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kWon{"false", "true"};
constexpr std::array kDenied{"budget", "deadline", "attempts", "load", "place"};

}  // namespace

HedgeFamilies::HedgeFamilies(Metrics& metrics)
    : ended_(metrics.Counters("inferwire_hedges_total",
                              "Second attempts beside one whose first byte was late, by whether "
                              "they had it first.")),
      denied_(metrics.Counters("inferwire_hedges_denied_total",
                               "Calls that were late enough for a second attempt and got none, by "
                               "why.")),
      guard_(metrics.Guard(ended_.GetName(), metrics.LimitsOf<HedgeLimits>().routes)) {}

HedgeMetrics::HedgeMetrics(HedgeFamilies& families, const std::string& route)
    : ended_(families.ended_, "won", kWon, {{"route", route}}),
      denied_(families.denied_, "why", kDenied, {{"route", route}}) {
  ended_.MakeAll();
  denied_.MakeAll();
}

HedgeMetrics& HedgeFamilies::Route(std::string_view route) {
  route = guard_.Fold(route);
  return routes_.FindOrMake(
      route, {}, {}, [&] { return std::make_unique<HedgeMetrics>(*this, std::string(route)); });
}

}  // namespace inferwire::telemetry
