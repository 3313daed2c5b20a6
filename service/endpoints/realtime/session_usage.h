// What a session used and what that costs: each response and each transcription is counted and
// priced by itself, when it is done, since a session may go on for an hour.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "catalogue/catalogue.h"
#include "gateway/call_stats.h"
#include "inferwire/v1/common.pb.h"
#include "telemetry/model_metrics.h"

namespace inferwire::endpoints {

class SessionUsage {
 public:
  // model: what is known of it, null if nothing; catalogue may be null. What is found is added to
  // the stats, which outlive this as the metrics do.
  SessionUsage(telemetry::ModelMetrics& metrics, catalogue::ModelRef model,
               std::shared_ptr<const catalogue::Catalogue> catalogue, gateway::CallStats& stats);

  // The JSON of response.done or of a transcription that is completed; it has passed the codec.
  // False: it says nothing of its usage.
  bool Add(std::string_view event);

  const v1::Usage& usage() const { return usage_; }
  const v1::Cost& cost() const { return cost_; }

 private:
  telemetry::ModelMetrics& metrics_;
  const catalogue::ModelRef model_;
  const std::shared_ptr<const catalogue::Catalogue> catalogue_;
  gateway::CallStats& stats_;
  v1::Usage usage_;
  v1::Cost cost_;
};

// Member by member; what one of them does not say is not in the sum's details either.
void AddUsage(const v1::Usage& usage, v1::Usage& sum);

}  // namespace inferwire::endpoints
