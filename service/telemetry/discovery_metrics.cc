#include "telemetry/discovery_metrics.h"

#include <array>
#include <memory>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr const char* kProvider = "gen_ai_provider_name";
constexpr std::array kResults{"good", "failed", "refused"};

}  // namespace

DiscoveryFamilies::DiscoveryFamilies(Metrics& metrics)
    : reads_(metrics.Counters("inferwire_discovery_reads_total",
                              "Questions to upstreams what they serve, by what came of them.")),
      models_(metrics.Gauges("inferwire_discovery_models",
                             "Models in the last list that an upstream gave.")),
      unlisted_(metrics.Gauges("inferwire_discovery_unlisted_models",
                               "Models that the configuration has an upstream sent and that its "
                               "last list does not have.")),
      last_(metrics.Gauges("inferwire_discovery_last_list_timestamp_seconds",
                           "When an upstream last gave its list.")),
      guard_(metrics.Guard(reads_.GetName(), metrics.LimitsOf<DiscoveryLimits>().upstreams)) {}

DiscoveryMetrics::DiscoveryMetrics(DiscoveryFamilies& families, const std::string& provider)
    : families_(families),
      provider_(provider),
      reads_(families.reads_, "result", kResults, {{kProvider, provider}}) {
  reads_.MakeAll();
}

void DiscoveryMetrics::Listed(size_t models, size_t unlisted, WallTime now) {
  if (provider_ == kOtherLabel) return;  // of several, one number would say nothing
  const Labels labels{{kProvider, provider_}};
  families_.models_.Add(labels).Set(static_cast<double>(models));
  families_.unlisted_.Add(labels).Set(static_cast<double>(unlisted));
  families_.last_.Add(labels).Set(Seconds(now));
}

DiscoveryMetrics& DiscoveryFamilies::Of(std::string_view provider) {
  provider = guard_.Fold(provider);
  return upstreams_.FindOrMake(provider, {}, {}, [&] {
    return std::make_unique<DiscoveryMetrics>(*this, std::string(provider));
  });
}

}  // namespace inferwire::telemetry
