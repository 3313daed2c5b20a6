// The standard process_* families, read from /proc/self when asked. A value that cannot be read is
// left out.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace inferwire::telemetry {

std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace inferwire::telemetry
