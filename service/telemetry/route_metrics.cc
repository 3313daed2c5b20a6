#include "telemetry/route_metrics.h"

#include <algorithm>
#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr const char* kProvider = "gen_ai_provider_name";
constexpr std::array kTo{"key", "endpoint", "same", "next"};
constexpr std::array kProofs{"refused", "failed", "anything", "answered"};
constexpr std::array kDenied{"proof", "attempts", "deadline", "budget"};

}  // namespace

RouteMetrics::RouteMetrics(Metrics& metrics)
    : resends_(metrics.Counters("inferwire_resends_total",
                                "Requests that were sent again, by where to and by how sure it is "
                                "that they are not billed twice.")),
      denied_(metrics.Counters("inferwire_resends_denied_total",
                               "Failed requests that were not sent again, by what forbade it.")),
      possibly_billed_(
          metrics.Counters("inferwire_possibly_billed_attempts_total",
                           "Attempts that may be billed and were followed by another one.")),
      changes_(metrics.Counters("inferwire_place_changes_total",
                                "Changes of the condition of endpoints and models.")),
      answers_(metrics.Counters("inferwire_route_answers_total",
                                "Answers of routes, by the upstream that gave them.")),
      places_(metrics.Gauges("inferwire_places",
                             "Endpoints, models and keys of upstreams, by their condition.")),
      route_targets_(metrics.Gauges("inferwire_route_targets",
                                    "Targets of routes, by what stands in their way.")),
      guard_(metrics.Guard(resends_.GetName(), metrics.LimitsOf<RouteLimits>().upstreams)),
      targets_guard_(metrics.Guard(answers_.GetName(), metrics.LimitsOf<RouteLimits>().targets)),
      routes_guard_(
          metrics.Guard(route_targets_.GetName(), metrics.LimitsOf<RouteLimits>().routes)) {}

ResendMetrics::ResendMetrics(RouteMetrics& families, const std::string& provider)
    : resends_(families.resends_, kTo.size() * kProofs.size(),
               [provider](size_t index) {
                 return Labels{{kProvider, provider},
                               {"kind", kTo[index / kProofs.size()]},
                               {"proof", kProofs[index % kProofs.size()]}};
               }),
      denied_(families.denied_, "reason", kDenied, {{kProvider, provider}}),
      possibly_billed_(families.possibly_billed_.Add({{kProvider, provider}})) {
  resends_.MakeAll();
  denied_.MakeAll();
}

void ResendMetrics::Resent(ResendTo where, ResendProof proof) {
  resends_[static_cast<size_t>(where) * kProofs.size() + static_cast<size_t>(proof)].Increment();
}

void ResendMetrics::Denied(std::string_view why) {
  const auto found = std::find(kDenied.begin(), kDenied.end(), why);
  if (found != kDenied.end()) denied_[static_cast<size_t>(found - kDenied.begin())].Increment();
}

ResendMetrics& RouteMetrics::Upstream(std::string_view provider) {
  provider = guard_.Fold(provider);
  return upstreams_.FindOrMake(provider, {}, {}, [&] {
    return std::make_unique<ResendMetrics>(*this, std::string(provider));
  });
}

void RouteMetrics::PlaceChanged(std::string_view provider, std::string_view kind,
                                std::string_view to) {
  changes_
      .Add({{kProvider, std::string(guard_.Fold(provider))},
            {"kind", std::string(kind)},
            {"to", std::string(to)}})
      .Increment();
}

void RouteMetrics::Places(const PlaceCounts& counts) {
  const std::lock_guard lock(mutex_);
  for (Gauge* const gauge : shown_places_) gauge->Set(0);
  for (const auto& [place, count] : counts) {
    const auto& [provider, kind, state] = place;
    Gauge& gauge = places_.Add(
        {{kProvider, std::string(guard_.Fold(provider))}, {"kind", kind}, {"state", state}});
    gauge.Increment(static_cast<double>(count));  // those that are folded add up
    shown_places_.insert(&gauge);
  }
}

void RouteMetrics::RouteTargets(const TargetCounts& counts) {
  const std::lock_guard lock(mutex_);
  for (Gauge* const gauge : shown_targets_) gauge->Set(0);
  for (const auto& [target, count] : counts) {
    const auto& [route, state] = target;
    Gauge& gauge =
        route_targets_.Add({{"route", std::string(routes_guard_.Fold(route))}, {"state", state}});
    gauge.Increment(static_cast<double>(count));
    shown_targets_.insert(&gauge);
  }
}

RouteTargetMetrics& RouteMetrics::Target(std::string_view route, std::string_view provider) {
  const std::string key = std::string(route).append("/").append(provider);
  const bool fits = targets_guard_.Admit(key);
  if (!fits) route = provider = kOtherLabel;
  return targets_.FindOrMake(route, provider, {}, [&] {
    const Labels labels{{"route", std::string(route)}, {kProvider, std::string(provider)}};
    return std::make_unique<RouteTargetMetrics>(
        RouteTargetMetrics{answers_.Add(With(labels, "fallback", "false")),
                           answers_.Add(With(labels, "fallback", "true"))});
  });
}

}  // namespace inferwire::telemetry
