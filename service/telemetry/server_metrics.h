// What the server is and whether it takes calls. Thread-safe.
#pragma once

#include <string>

#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

class ServerMetrics {
 public:
  explicit ServerMetrics(Metrics& metrics);

  void BuildInfo(const std::string& version, const std::string& revision,
                 const std::string& grpc_version, const std::string& curl_version);
  void Draining(bool draining) { draining_.Set(draining ? 1 : 0); }
  void InFlightLimit(double limit) { in_flight_limit_.Set(limit); }

 private:
  GaugeFamily& build_info_;
  Gauge &draining_, &in_flight_limit_;
};

}  // namespace inferwire::telemetry
