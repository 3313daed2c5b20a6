#include "telemetry/endpoint_metrics.h"

#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr const char* kProvider = "gen_ai_provider_name";
constexpr std::array kResults{"same", "changed", "failed"};

}  // namespace

UpstreamEndpointMetrics::UpstreamEndpointMetrics(EndpointMetrics& families,
                                                 const std::string& provider)
    : lookups_(families.lookups_, "result", kResults, {{kProvider, provider}}),
      panics_(families.panics_.Add({{kProvider, provider}})) {
  lookups_.MakeAll();
}

EndpointMetrics::EndpointMetrics(Metrics& metrics)
    : lookups_(metrics.Counters("inferwire_endpoint_lookups_total",
                                "Look-ups of the addresses of upstreams, by what came of them.")),
      panics_(metrics.Counters("inferwire_endpoint_panics_total",
                               "Attempts at endpoints that are out, since too many are.")),
      guard_(metrics.Guard(lookups_.GetName(), metrics.LimitsOf<EndpointLimits>().upstreams)) {}

UpstreamEndpointMetrics& EndpointMetrics::Of(std::string_view provider) {
  provider = guard_.Fold(provider);
  return upstreams_.FindOrMake(provider, {}, {}, [&] {
    return std::make_unique<UpstreamEndpointMetrics>(*this, std::string(provider));
  });
}

}  // namespace inferwire::telemetry
