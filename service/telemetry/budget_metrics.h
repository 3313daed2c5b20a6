// How far budgets are used (inferwire_budget_*). Thread-safe.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class BudgetMetrics {
 public:
  explicit BudgetMetrics(Metrics& metrics);

  // scope: whose, with the model if it is one's alone; period: month, week, day.
  void Used(std::string_view scope, std::string_view period, double ratio, Duration period_left);

 private:
  GaugeFamily& used_;
  GaugeFamily& left_;
  LabelGuard guard_;  // scope x period
};

}  // namespace inferwire::telemetry
