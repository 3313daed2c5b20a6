#include "telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "telemetry/exemplars.h"
#include "telemetry/inference_names.h"
#include "telemetry/open_metrics.h"
#include "telemetry/process_metrics.h"

namespace inferwire::telemetry {

CounterFamily& Metrics::Counters(const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
}

GaugeFamily& Metrics::Gauges(const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
}

HistogramFamily Metrics::Histograms(const std::string& name, const std::string& help,
                                    Buckets buckets) {
  return {prometheus::BuildHistogram().Name(name).Help(help).Register(registry_),
          std::move(buckets)};
}

LabelGuard Metrics::Guard(const std::string& family, size_t limit) {
  return LabelGuard(limit, label_overflow_.Add({{"family", family}}));
}

std::vector<prometheus::MetricFamily> Metrics::Collect() const {
  auto families = registry_.Collect();
  auto process = ProcessMetrics();
  std::move(process.begin(), process.end(), std::back_inserter(families));
  if (inference_names_.load(std::memory_order_relaxed)) AddInferenceNames(families);
  std::sort(families.begin(), families.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return families;
}

std::string Metrics::Expose() const { return prometheus::TextSerializer().Serialize(Collect()); }

std::string Metrics::ExposeOpenMetrics() { return WriteOpenMetrics(Collect(), Of<Exemplars>()); }

}  // namespace inferwire::telemetry
