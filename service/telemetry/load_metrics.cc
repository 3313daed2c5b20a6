#include "telemetry/load_metrics.h"

#include <algorithm>
#include <array>
#include <string>

namespace inferwire::telemetry {
namespace {

constexpr std::array kShedNames{"in_flight", "caller_in_flight", "memory", "caller_memory"};
constexpr std::array kEndedNames{"memory", "undelivered"};

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  const std::string& name,
                                                  const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& Gauge(prometheus::Registry& registry, const std::string& name,
                         const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

}  // namespace

LoadMetrics::LoadMetrics(prometheus::Registry& registry)
    : held_(Gauge(registry, "inferwire_memory_held_bytes",
                  "Bytes held for calls, from admission until the answer was delivered.")),
      limit_(Gauge(registry, "inferwire_memory_limit_bytes", "How many may be held at once.")),
      shed_(Counters(registry, "inferwire_calls_refused_total",
                     "Calls refused because a bound was reached, by which."),
            kShedNames.size(),
            [](size_t i) {
              return prometheus::Labels{{"bound", kShedNames[i]}};
            }),
      ended_(Counters(registry, "inferwire_calls_cut_total",
                      "Calls ended before their caller had everything, by why."),
             kEndedNames.size(),
             [](size_t i) {
               return prometheus::Labels{{"reason", kEndedNames[i]}};
             }),
      trimmed_(Counters(registry, "inferwire_memory_returned_bytes_total",
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
