// How old the keys are that were fetched from issuers. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

}  // namespace inferwire::telemetry

namespace inferwire::identity {

class JwksMetrics {
 public:
  explicit JwksMetrics(telemetry::Metrics& metrics);

  // By issuer: since they were fetched last. There is nothing of other issuers from now on, so that
  // there are as many series as issuers are configured.
  void Ages(const std::map<std::string, Duration>& ages);

 private:
  telemetry::GaugeFamily& family_;
  std::mutex mutex_;
  std::map<std::string, telemetry::Gauge*> gauges_;
};

}  // namespace inferwire::identity
