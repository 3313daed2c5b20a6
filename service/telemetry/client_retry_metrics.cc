#include "telemetry/client_retry_metrics.h"

#include <string>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxCallers = 100;
constexpr std::string_view kNobody = "none";

}  // namespace

ClientRetryMetrics::ClientRetryMetrics(Metrics& metrics)
    : repeated_(metrics.Counters("inferwire_client_retries_total",
                                 "Calls that a caller's own library sent before.")),
      callers_(metrics.Guard(repeated_.GetName(), kMaxCallers)),
      limited_(metrics
                   .Counters("inferwire_client_retries_limited_total",
                             "Refused repetitions whose caller was told to stop repeating.")
                   .Add({})) {
  repeated_.Add({{"caller", std::string(kNobody)}});
}

void ClientRetryMetrics::Repeated(std::string_view name) {
  const std::string_view label = name.empty() ? kNobody : callers_.Fold(name);
  repeated_.Add({{"caller", std::string(label)}}).Increment();
}

}  // namespace inferwire::telemetry
