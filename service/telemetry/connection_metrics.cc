#include "telemetry/connection_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kRefusals{"limit", "peer_limit", "descriptors", "silent"};
constexpr std::array kFailures{"protocol", "flood", "pings", "preface", "keepalive"};

}  // namespace

ConnectionMetrics::ConnectionMetrics(Metrics& metrics)
    : open_(metrics.Gauges("inferwire_connections", "Open client connections.").Add({})),
      refused_(metrics.Counters("inferwire_connections_refused_total",
                                "Client connections closed at once, by why."),
               "reason", kRefusals),
      failed_(metrics.Counters("inferwire_connections_failed_total",
                               "Client connections that the server ended, by what was wrong."),
              "reason", kFailures),
      abandoned_(
          metrics
              .Counters("inferwire_connections_abandoned_total",
                        "Client connections that had ended and that the client did not close in "
                        "time.")
              .Add({})) {
  refused_.MakeAll();
  failed_.MakeAll();
}

}  // namespace inferwire::telemetry
