#include "telemetry/idempotent_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kResults{"first", "attached", "replayed", "reused", "in_progress",
                              "gone",  "unknown",  "refused",  "local"};

}  // namespace

IdempotentMetrics::IdempotentMetrics(Metrics& metrics)
    : results_(metrics.Counters("inferwire_idempotent_calls_total",
                                "Calls with an idempotency key, by what they came to."),
               "result", kResults),
      kept_(metrics
                .Gauges("inferwire_idempotent_kept_bytes",
                        "Of answers that are kept for calls with the same idempotency key.")
                .Add({})),
      waiting_(metrics
                   .Gauges("inferwire_idempotent_waiting_calls",
                           "Calls that are given what another one with their idempotency key is "
                           "told.")
                   .Add({})) {
  results_.MakeAll();
}

}  // namespace inferwire::telemetry
