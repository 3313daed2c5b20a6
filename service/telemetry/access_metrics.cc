#include "telemetry/access_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kRefusals{"tenant_disabled", "operation", "model", "output_limit"};

}  // namespace

AccessMetrics::AccessMetrics(Metrics& metrics)
    : refused_(metrics.Counters("inferwire_access_refused_total",
                                "Calls of known callers that may not do what they asked for, by "
                                "what they may not."),
               "reason", kRefusals) {
  refused_.MakeAll();
}

}  // namespace inferwire::telemetry
