// What callers' limits refused (inferwire_limit_*). A call that is let in counts nowhere here: it
// is in the other families. Thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

enum class LimitDecision {
  kRefused,
  kExceeded,  // let in all the same: the limit only warns
};

class QuotaMetrics {
 public:
  explicit QuotaMetrics(Metrics& metrics);

  // A limit that counts from now on: its series begin at zero. scope: whose; limit: rpm, month, ...
  void Counts(std::string_view scope, std::string_view limit);
  void Decided(std::string_view scope, std::string_view limit, LimitDecision decision);
  // How many meters there are.
  void Meters(size_t meters) { meters_.Set(static_cast<double>(meters)); }

 private:
  Counter& Of(std::string_view scope, std::string_view limit, LimitDecision decision);

  CounterFamily& decisions_;
  Gauge& meters_;
  LabelGuard guard_;  // scope x limit
};

}  // namespace inferwire::telemetry
