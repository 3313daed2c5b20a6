#include "telemetry/load_metrics.h"

#include <algorithm>
#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kShedNames{"in_flight", "caller_in_flight", "memory", "caller_memory",
                                "busy",      "low_priority"};
constexpr std::array kEndedNames{"memory", "undelivered"};

}  // namespace

LoadMetrics::LoadMetrics(Metrics& metrics)
    : held_(metrics
                .Gauges("inferwire_memory_held_bytes",
                        "Bytes held for calls, from admission until the answer was delivered.")
                .Add({})),
      limit_(
          metrics.Gauges("inferwire_memory_limit_bytes", "How many may be held at once.").Add({})),
      shed_(metrics.Counters("inferwire_calls_refused_total",
                             "Calls refused because a bound was reached, by which."),
            "bound", kShedNames),
      ended_(metrics.Counters("inferwire_calls_cut_total",
                              "Calls ended before their caller had everything, by why."),
             "reason", kEndedNames),
      trimmed_(metrics
                   .Counters("inferwire_memory_returned_bytes_total",
                             "Memory given back to the system after it was no longer needed.")
                   .Add({})) {
  shed_.MakeAll();
  ended_.MakeAll();
}

void LoadMetrics::Memory(int64_t held, int64_t limit) {
  held_.Set(static_cast<double>(held));
  limit_.Set(static_cast<double>(limit));
}

void LoadMetrics::Trimmed(int64_t bytes) {
  trimmed_.Increment(static_cast<double>(std::max<int64_t>(bytes, 0)));
}

}  // namespace inferwire::telemetry
