// The names that OpenTelemetry's conventions for generative AI have given their client metrics
// since they were first published (gen_ai.client.inference.*, gen_ai.client.embeddings.*): the same
// numbers once more, made of the old families when they are shown. Calls count nothing twice.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace inferwire::telemetry {

// Adds them.
void AddInferenceNames(std::vector<prometheus::MetricFamily>& families);

}  // namespace inferwire::telemetry
