#include "telemetry/span_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kDrops{"queue_full", "export_failed", "rejected"};

}  // namespace

SpanMetrics::SpanMetrics(Metrics& metrics)
    : exported_(
          metrics.Counters("inferwire_trace_spans_exported_total", "Spans that the collector took.")
              .Add({})),
      dropped_(metrics.Counters("inferwire_trace_spans_dropped_total",
                                "Spans that never reached the collector."),
               "reason", kDrops) {
  dropped_.MakeAll();
}

}  // namespace inferwire::telemetry
