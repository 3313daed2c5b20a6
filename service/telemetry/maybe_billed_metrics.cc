#include "telemetry/maybe_billed_metrics.h"

#include <string>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxCombinations = 50;  // four series each, at most

}  // namespace

MaybeBilledMetrics::MaybeBilledMetrics(Metrics& metrics)
    : requests_(
          metrics.Counters("inferwire_maybe_billed_requests_total",
                           "Failed requests that the upstream may bill, by how they failed.")),
      unpriced_(metrics.Counters("inferwire_maybe_billed_unpriced_requests_total",
                                 "Those of them without a price: no price or nothing to count.")),
      cost_(metrics.Counters("inferwire_maybe_billed_cost_usd_total",
                             "What failed requests may have cost by the price list, in USD.")),
      guard_(metrics.Guard(requests_.GetName(), kMaxCombinations)) {}

void MaybeBilledMetrics::Record(std::string_view operation, std::string_view provider,
                                std::string_view model, std::string_view why,
                                std::optional<int64_t> picousd, bool estimated) {
  const std::string key = std::string(operation)
                              .append("/")
                              .append(provider)
                              .append("/")
                              .append(model)
                              .append("/")
                              .append(why);
  if (!guard_.Admit(key)) provider = model = kOtherLabel;
  Labels labels{{"gen_ai_operation_name", std::string(operation)},
                {"gen_ai_provider_name", std::string(provider)},
                {"gen_ai_request_model", std::string(model)},
                {"reason", std::string(why)}};
  requests_.Add(labels).Increment();
  if (!picousd) return unpriced_.Add(labels).Increment();
  labels.emplace("estimated", estimated ? "true" : "false");
  cost_.Add(labels).Increment(static_cast<double>(*picousd) * kUsdPerPicoUsd);
}

}  // namespace inferwire::telemetry
