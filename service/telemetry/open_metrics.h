// The OpenMetrics text format (1.0.0): the same as Prometheus' own, with exemplars.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "telemetry/exemplars.h"

namespace inferwire::telemetry {

// Numbers are written as in the other format, so that a bound's label is the same series in both.
std::string WriteOpenMetrics(const std::vector<prometheus::MetricFamily>& families,
                             const Exemplars& exemplars);

}  // namespace inferwire::telemetry
