#include "telemetry/model_metrics.h"

#include <memory>
#include <string>
#include <utility>

#include "telemetry/metric_labels.h"
#include "telemetry/metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/upstream_metrics.h"

namespace inferwire::telemetry {
namespace {

const Buckets kTokenBuckets = {1,     4,     16,     64,      256,     1024,     4096,
                               16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
const Buckets kChunkBuckets = {0.01, 0.02, 0.04, 0.08,  0.16,  0.32,  0.64,
                               1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
// Three steps further than the conventions', because a batch-like answer of a reasoning model takes
// minutes.
const Buckets kOperationBuckets = {0.01, 0.02,  0.04,  0.08,  0.16,  0.32,   0.64,   1.28,  2.56,
                                   5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36};

// What is a matter of the provider alone: a series per model would be hundreds.
Labels WithoutModel(Labels labels) {
  labels.erase("gen_ai_request_model");
  return labels;
}

}  // namespace

ModelFamilies::ModelFamilies(Metrics& metrics)
    : tokens_(metrics.Histograms("gen_ai_client_token_usage",
                                 "Billable tokens per operation as the upstream reported them.",
                                 kTokenBuckets)),
      durations_(metrics.Histograms("gen_ai_client_operation_duration_seconds",
                                    "Time of an operation at the upstream, all attempts included.",
                                    kOperationBuckets)),
      first_chunk_(metrics.Histograms("gen_ai_client_operation_time_to_first_chunk_seconds",
                                      "Time from the request to the first content of a stream.",
                                      kOperationBuckets)),
      per_chunk_(metrics.Histograms("gen_ai_client_operation_time_per_output_chunk_seconds",
                                    "Time between two content chunks of a stream.", kChunkBuckets)),
      cost_(metrics.Counters("inferwire_cost_usd_total",
                             "What answers cost by the price list, in USD.")),
      unpriced_(metrics.Counters("inferwire_unpriced_requests_total",
                                 "Answers without a price: no price or no usage.")),
      cost_differences_(metrics.Counters(
          "inferwire_cost_differences_total",
          "Answers whose cost by the price list is more than 1 % off what the provider states.")),
      token_details_(metrics.Counters(
          "inferwire_token_details_total",
          "Tokens that were charged otherwise: cached input and reasoning output.")),
      operations_(metrics.Of<OperationFamilies>()),
      upstreams_(metrics.Of<UpstreamFamilies>()),
      guard_(metrics.Guard(tokens_.family.GetName(), metrics.LimitsOf<ModelLimits>().models)),
      errors_guard_(metrics.Guard(durations_.family.GetName(),
                                  metrics.LimitsOf<ModelLimits>().model_errors)) {}

ModelMetrics& ModelFamilies::With(std::string_view operation, std::string_view provider,
                                  std::string_view model) {
  // The model is what clients choose, so it is what gives way.
  if (!guard_.Admit(
          std::string(operation).append("/").append(provider).append("/").append(model))) {
    model = kOtherLabel;
    operation = operations_.Label(operation);
    provider = upstreams_.Label(provider);
  }
  return models_.FindOrMake(operation, provider, model, [&] {
    return std::make_unique<ModelMetrics>(*this,
                                          Labels{{"gen_ai_operation_name", std::string(operation)},
                                                 {"gen_ai_provider_name", std::string(provider)},
                                                 {"gen_ai_request_model", std::string(model)}});
  });
}

ModelMetrics::ModelMetrics(ModelFamilies& families, Labels labels)
    : labels_(std::move(labels)),
      families_(families),
      input_(families.tokens_.Add(With(labels_, "gen_ai_token_type", "input"))),
      output_(families.tokens_.Add(With(labels_, "gen_ai_token_type", "output"))),
      first_chunk_(families.first_chunk_.Add(labels_)),
      per_chunk_(families.per_chunk_.Add(labels_)),
      success_(families.durations_.Add(With(labels_, "error_type", ""))),
      cost_(families.cost_.Add(labels_)),
      unpriced_(families.unpriced_.Add(labels_)),
      cost_differences_(families.cost_differences_.Add(WithoutModel(labels_))),
      cached_(families.token_details_.Add(With(labels_, "detail", "cached_input"))),
      reasoning_(families.token_details_.Add(With(labels_, "detail", "reasoning_output"))) {}

void ModelMetrics::Tokens(int64_t input, int64_t output) {
  input_.Observe(static_cast<double>(input));
  output_.Observe(static_cast<double>(output));
}

void ModelMetrics::TokenDetails(int64_t cached, int64_t reasoning) {
  if (cached > 0) cached_.Increment(static_cast<double>(cached));
  if (reasoning > 0) reasoning_.Increment(static_cast<double>(reasoning));
}

void ModelMetrics::Cost(int64_t picousd) {
  cost_.Increment(static_cast<double>(picousd) * kUsdPerPicoUsd);
}

void ModelMetrics::Ended(Duration duration, std::string_view error_type) {
  Histogram& histogram = error_type.empty() ? success_ : Failures(error_type);
  histogram.Observe(Seconds(duration));
}

Histogram& ModelMetrics::Failures(std::string_view error_type) {
  std::string label = ErrorTypeLabel(error_type);
  std::string key = label;
  for (const auto& [name, value] : labels_) {
    key += '/' + value;
  }
  if (!families_.errors_guard_.Admit(key)) {
    label = kOtherLabel;
  }
  return families_.durations_.Add(With(labels_, "error_type", label));
}

}  // namespace inferwire::telemetry
