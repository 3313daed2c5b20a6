#include "identity/jwks_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::identity {

JwksMetrics::JwksMetrics(telemetry::Metrics& metrics)
    : family_(metrics.Gauges("inferwire_jwks_age_seconds",
                             "Since the keys with which an issuer signs its tokens were fetched; "
                             "before the first time, since they were wanted.")) {}

void JwksMetrics::Ages(const std::map<std::string, Duration>& ages) {
  const std::lock_guard lock(mutex_);
  std::erase_if(gauges_, [&](const auto& gauge) {
    if (ages.contains(gauge.first)) return false;
    family_.Remove(gauge.second);
    return true;
  });
  for (const auto& [issuer, age] : ages) {
    telemetry::Gauge*& gauge = gauges_[issuer];
    if (!gauge) gauge = &family_.Add({{"issuer", issuer}});
    gauge->Set(telemetry::Seconds(age));
  }
}

}  // namespace inferwire::identity
