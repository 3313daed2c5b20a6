#include "telemetry/queue_metrics.h"

#include <algorithm>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kPriorityNames{"interactive", "batch", "background"};
constexpr std::array kEnds{"served", "expired", "cancelled", "refused"};
constexpr std::array kBounds{"calls", "calls_per_tenant", "bytes"};

}  // namespace

QueueMetrics::QueueMetrics(Metrics& metrics)
    : eta_error_(metrics
                     .Histograms("inferwire_queue_eta_error_seconds",
                                 "By how much the estimate that a waiting call was given missed.",
                                 {.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120})
                     .Add({})),
      bytes_(metrics
                 .Gauges("inferwire_queue_bytes",
                         "Bytes of requests that wait for room under their callers' limits.")
                 .Add({})),
      left_(metrics.Counters("inferwire_queue_left_total",
                             "Calls that waited for room under their callers' limits, by how that "
                             "ended."),
            "how", kEnds),
      full_(metrics.Counters("inferwire_queue_full_total",
                             "Calls refused because a bound on those that wait was reached."),
            "bound", kBounds) {
  auto& calls = metrics.Gauges("inferwire_queue_calls",
                               "Calls that wait for room under their callers' limits.");
  auto waits = metrics.Histograms(
      "inferwire_queue_wait_seconds", "How long calls that were let in had waited for room.",
      {.001, .01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600});
  for (size_t i = 0; i < kPriorities; ++i) {
    calls_[i] = &calls.Add({{"priority", kPriorityNames[i]}});
    waits_[i] = &waits.Add({{"priority", kPriorityNames[i]}});
  }
  left_.MakeAll();
  full_.MakeAll();
}

void QueueMetrics::Waits(size_t priority, int64_t bytes) {
  calls_.at(priority)->Increment();
  bytes_.Increment(static_cast<double>(bytes));
}

void QueueMetrics::Left(size_t priority, QueueEnd how, int64_t bytes) {
  calls_.at(priority)->Decrement();
  bytes_.Decrement(static_cast<double>(bytes));
  left_[static_cast<size_t>(how)].Increment();
}

void QueueMetrics::Served(size_t priority, Duration waited, Duration expected) {
  waits_.at(priority)->Observe(Seconds(waited));
  eta_error_.Observe(Seconds(std::max(waited - expected, expected - waited)));
}

}  // namespace inferwire::telemetry
