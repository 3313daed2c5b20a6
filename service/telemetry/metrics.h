// The registry of metrics. It owns the subjects and knows none of them: a subject is a class that
// declares its families when it is made, in a file of its own (load_metrics.h is a small one), and
// lies in telemetry/ or beside what it is about. Thread-safe.
#pragma once

#include <prometheus/registry.h>

#include <any>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <vector>

#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics {
 public:
  // limits: of subjects that are to have others than their own, e.g. ModelLimits{.models = 20}.
  // Their defaults are chosen so that one process stays below 14,500 series, whatever comes (a test
  // brings all of it about).
  template <class... Limits>
  explicit Metrics(const Limits&... limits) {
    (limits_.emplace(typeid(Limits), limits), ...);
  }
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The one Subject of this registry, made by Subject(Metrics&) when it is first asked for; it
  // lives as long as the registry. Takes a lock: ask once and hold the reference, never on a
  // call's path.
  template <class Subject>
  Subject& Of() {
    std::lock_guard lock(mutex_);
    std::shared_ptr<void>& subject = subjects_[typeid(Subject)];
    if (!subject) subject = std::make_shared<Subject>(*this);
    return *static_cast<Subject*>(subject.get());
  }

  // --- For subjects ---
  CounterFamily& Counters(const std::string& name, const std::string& help);
  GaugeFamily& Gauges(const std::string& name, const std::string& help);
  HistogramFamily Histograms(const std::string& name, const std::string& help, Buckets buckets);
  // Of labels whose values come from outside the code. What is folded is counted by the family.
  LabelGuard Guard(const std::string& family, size_t limit);
  template <class Limits>
  Limits LimitsOf() const {
    const auto found = limits_.find(typeid(Limits));
    return found == limits_.end() ? Limits() : std::any_cast<const Limits&>(found->second);
  }

  // The Prometheus text format, process_* included.
  std::string Expose() const;
  // The same in the OpenMetrics format, with exemplars.
  std::string ExposeOpenMetrics();
  // Whether it has OpenTelemetry's newer names beside the old ones (inference_names.h).
  void ShowInferenceNames(bool show) { inference_names_.store(show, std::memory_order_relaxed); }

 private:
  // By name.
  std::vector<prometheus::MetricFamily> Collect() const;

  prometheus::Registry registry_;
  CounterFamily& label_overflow_ =
      Counters("inferwire_metric_label_overflow_total", "Label values folded into other.");
  std::atomic<bool> inference_names_ = false;
  std::map<std::type_index, std::any> limits_;
  std::recursive_mutex mutex_;  // of subjects_; one may ask for another while it is made
  std::map<std::type_index, std::shared_ptr<void>> subjects_;
};

}  // namespace inferwire::telemetry
