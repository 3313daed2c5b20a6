// What answers of each model took and cost: operation x provider x model (gen_ai_client_* of
// OpenTelemetry's GenAI conventions, v1.41, and costs). Thread-safe.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "telemetry/families.h"
#include "telemetry/handle_map.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;
class ModelFamilies;
class OperationFamilies;
class UpstreamFamilies;

struct ModelLimits {
  size_t models = 50;        // operation x provider x model
  size_t model_errors = 40;  // operation x provider x model x error_type
};

// One operation x provider x model.
class ModelMetrics {
 public:
  ModelMetrics(ModelFamilies& families, Labels labels);

  void Tokens(int64_t input, int64_t output);
  // The parts of them that are cached input and reasoning output.
  void TokenDetails(int64_t cached, int64_t reasoning);
  void Cost(int64_t picousd);
  void Unpriced() { unpriced_.Increment(); }
  // What the provider states is another cost.
  void CostDiffers() { cost_differences_.Increment(); }
  void FirstChunk(Duration since_start) { first_chunk_.Observe(Seconds(since_start)); }
  void NextChunk(Duration since_last) { per_chunk_.Observe(Seconds(since_last)); }
  // error_type: empty for success, else the HTTP status or a reason's name.
  void Ended(Duration duration, std::string_view error_type);

 private:
  Histogram& Failures(std::string_view error_type);

  const Labels labels_;
  ModelFamilies& families_;
  Histogram& input_;
  Histogram& output_;
  Histogram& first_chunk_;
  Histogram& per_chunk_;
  Histogram& success_;
  Counter& cost_;
  Counter& unpriced_;
  Counter& cost_differences_;
  Counter& cached_;
  Counter& reasoning_;
};

class ModelFamilies {
 public:
  explicit ModelFamilies(Metrics& metrics);

  ModelMetrics& With(std::string_view operation, std::string_view provider, std::string_view model);

 private:
  friend ModelMetrics;

  HistogramFamily tokens_, durations_, first_chunk_, per_chunk_;
  CounterFamily &cost_, &unpriced_, &cost_differences_, &token_details_;
  OperationFamilies& operations_;
  UpstreamFamilies& upstreams_;
  LabelGuard guard_, errors_guard_;
  HandleMap<ModelMetrics> models_;
};

}  // namespace inferwire::telemetry
