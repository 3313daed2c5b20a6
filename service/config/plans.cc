#include "config/plans.h"

#include <algorithm>

namespace inferwire::config {
namespace {

void Take(int64_t from, int64_t& to) {
  if (to == 0) to = from;
}

void Take(const std::string& from, std::string& to) {
  if (to.empty()) to = from;
}

void Take(const RatesConfig& from, RatesConfig& to) {
  Take(from.rpm, to.rpm);
  Take(from.tpm, to.tpm);
  Take(from.rpd, to.rpd);
  Take(from.tpd, to.tpd);
  Take(from.concurrent, to.concurrent);
}

void Take(const BudgetConfig& from, BudgetConfig& to) {
  if (to.month.empty() && to.week.empty() && to.day.empty()) {
    to = from;
    return;
  }
  Take(from.month, to.month);
  Take(from.week, to.week);
  Take(from.day, to.day);
}

void Take(const std::vector<ModelRatesConfig>& from, std::vector<ModelRatesConfig>& to) {
  for (const ModelRatesConfig& model : from) {
    const auto own = std::find_if(to.begin(), to.end(),
                                  [&](const auto& other) { return other.model == model.model; });
    if (own == to.end()) {
      to.push_back(model);
    } else {
      Take(model.rates, own->rates);
    }
  }
}

}  // namespace

const PlanConfig* FindPlan(const std::vector<PlanConfig>& plans, const std::string& name) {
  const auto found = std::find_if(plans.begin(), plans.end(),
                                  [&](const PlanConfig& plan) { return plan.name == name; });
  return found == plans.end() ? nullptr : &*found;
}

void TakeFrom(const PlanConfig& plan, AccessConfig& access, QuotaConfig& quota) {
  Take(plan.limits.max_output_tokens, access.limits.max_output_tokens);
  Take(plan.quota.rates, quota.rates);
  Take(plan.quota.models, quota.models);
  Take(plan.quota.budget, quota.budget);
}

void TakePlan(const std::vector<PlanConfig>& plans, AccessConfig& access, QuotaConfig& quota) {
  if (quota.plan.empty()) return;
  if (const PlanConfig* const plan = FindPlan(plans, quota.plan)) TakeFrom(*plan, access, quota);
}

}  // namespace inferwire::config
