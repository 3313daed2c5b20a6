#include "telemetry/server_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::telemetry {

ServerMetrics::ServerMetrics(Metrics& metrics)
    : build_info_(metrics.Gauges("inferwire_build_info", "Versions of this build; always 1.")),
      draining_(metrics.Gauges("inferwire_draining", "1 while the server drains.").Add({})),
      in_flight_limit_(metrics
                           .Gauges("inferwire_requests_in_flight_limit",
                                   "Requests that may be worked on at once.")
                           .Add({})) {}

void ServerMetrics::BuildInfo(const std::string& version, const std::string& revision,
                              const std::string& grpc_version, const std::string& curl_version) {
  build_info_
      .Add({{"version", version},
            {"revision", revision},
            {"grpc_version", grpc_version},
            {"curl_version", curl_version}})
      .Set(1);
}

}  // namespace inferwire::telemetry
