// What callers' own libraries repeat. A caller is named as in caller_metrics.h. Thread-safe.
#pragma once

#include <string_view>

#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class ClientRetryMetrics {
 public:
  explicit ClientRetryMetrics(Metrics& metrics);

  // name: empty for callers that prove nothing.
  void Repeated(std::string_view name);
  void Limited() { limited_.Increment(); }

 private:
  CounterFamily& repeated_;
  LabelGuard callers_;
  Counter& limited_;
};

}  // namespace inferwire::telemetry
