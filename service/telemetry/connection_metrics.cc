#include "telemetry/connection_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kRefusals{"limit", "peer_limit", "descriptors", "silent"};

}  // namespace

ConnectionMetrics::ConnectionMetrics(Metrics& metrics)
    : open_(metrics.Gauges("inferwire_connections", "Open client connections.").Add({})),
      refused_(metrics.Counters("inferwire_connections_refused_total",
                                "Client connections closed at once, by why."),
               "reason", kRefusals),
      abandoned_(
          metrics
              .Counters("inferwire_connections_abandoned_total",
                        "Client connections that had ended and that the client did not close in "
                        "time.")
              .Add({})) {
  refused_.MakeAll();
}

}  // namespace inferwire::telemetry
