#include "telemetry/budget_metrics.h"

#include <chrono>
#include <string>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxBudgets = 200;  // two series each

}  // namespace

BudgetMetrics::BudgetMetrics(Metrics& metrics)
    : used_(metrics.Gauges("inferwire_budget_used_ratio",
                           "Part of a budget that is spent or set aside in its period; 1: all.")),
      left_(metrics.Gauges("inferwire_budget_period_left_seconds",
                           "Time until the budget's period ends.")),
      guard_(metrics.Guard(used_.GetName(), kMaxBudgets)) {}

void BudgetMetrics::Used(std::string_view scope, std::string_view period, double ratio,
                         Duration period_left) {
  // A mean of those beyond the bound would say nothing.
  if (!guard_.Admit(std::string(scope).append(" ").append(period))) return;
  const auto labels = [&] {
    return std::map<std::string, std::string>{{"scope", std::string(scope)},
                                              {"period", std::string(period)}};
  };
  used_.Add(labels()).Set(ratio);
  left_.Add(labels()).Set(std::chrono::duration<double>(period_left).count());
}

}  // namespace inferwire::telemetry
