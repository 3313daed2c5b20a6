#include "telemetry/endpoint_metrics.h"

#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr const char* kProvider = "gen_ai_provider_name";
constexpr std::array kResults{"same", "changed", "failed"};
constexpr std::array kReasons{"queue_full", "waited_enough"};

}  // namespace

UpstreamEndpointMetrics::UpstreamEndpointMetrics(EndpointMetrics& families,
                                                 const std::string& provider)
    : lookups_(families.lookups_, "result", kResults, {{kProvider, provider}}),
      refused_(families.refused_, "reason", kReasons, {{kProvider, provider}}),
      panics_(families.panics_.Add({{kProvider, provider}})),
      waits_(families.waits_.Add({{kProvider, provider}})) {
  refused_.MakeAll();
  lookups_.MakeAll();
}

EndpointMetrics::EndpointMetrics(Metrics& metrics)
    : lookups_(metrics.Counters("inferwire_endpoint_lookups_total",
                                "Look-ups of the addresses of upstreams, by what came of them.")),
      panics_(metrics.Counters("inferwire_endpoint_panics_total",
                               "Attempts at endpoints that are out, since too many are.")),
      refused_(metrics.Counters("inferwire_place_refusals_total",
                                "Calls that got no place at an upstream whose endpoints are full, "
                                "by why they did not wait for one any longer.")),
      waits_(metrics.Histograms("inferwire_place_queue_wait_seconds",
                                "How long calls waited for a place at an upstream whose endpoints "
                                "are full.",
                                {0.005, 0.05, 0.2, 0.5, 1, 5})),
      limits_(metrics.Gauges("inferwire_place_limit",
                             "Calls that an upstream's endpoints take at once, altogether.")),
      guard_(metrics.Guard(lookups_.GetName(), metrics.LimitsOf<EndpointLimits>().upstreams)) {}

void EndpointMetrics::Limits(const std::map<std::string, int64_t>& limits) {
  const std::lock_guard lock(mutex_);
  for (Gauge* const gauge : shown_limits_) gauge->Set(0);
  for (const auto& [provider, limit] : limits) {
    Gauge& gauge = limits_.Add({{kProvider, std::string(guard_.Fold(provider))}});
    gauge.Increment(static_cast<double>(limit));  // those that are folded add up
    shown_limits_.insert(&gauge);
  }
}

UpstreamEndpointMetrics& EndpointMetrics::Of(std::string_view provider) {
  provider = guard_.Fold(provider);
  return upstreams_.FindOrMake(provider, {}, {}, [&] {
    return std::make_unique<UpstreamEndpointMetrics>(*this, std::string(provider));
  });
}

}  // namespace inferwire::telemetry
