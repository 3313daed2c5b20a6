#include "telemetry/health_check_metrics.h"

#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kResults{"good", "failed", "refused", "late"};

}  // namespace

HealthCheckFamilies::HealthCheckFamilies(Metrics& metrics)
    : checks_(metrics.Counters("inferwire_health_checks_total",
                               "Health checks of upstreams' endpoints, by what came of them.")),
      guard_(metrics.Guard(checks_.GetName(), metrics.LimitsOf<HealthCheckLimits>().upstreams)) {}

HealthCheckMetrics::HealthCheckMetrics(HealthCheckFamilies& families, const std::string& provider)
    : checks_(families.checks_, "result", kResults, {{"gen_ai_provider_name", provider}}) {
  checks_.MakeAll();
}

HealthCheckMetrics& HealthCheckFamilies::Of(std::string_view provider) {
  provider = guard_.Fold(provider);
  return upstreams_.FindOrMake(provider, {}, {}, [&] {
    return std::make_unique<HealthCheckMetrics>(*this, std::string(provider));
  });
}

}  // namespace inferwire::telemetry
