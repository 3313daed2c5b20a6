#include "app/stored_limits.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "config/usd.h"
#include "limits/limit.h"
#include "tenancy/access.h"

namespace inferwire::app {
namespace {

constexpr int kMostAlerts = 10, kMostPercent = 1000;

constexpr int64_t kPicoPerUsd = 1'000'000'000'000;

// 0 would be no limit in the configuration, and nothing at all for whoever writes it here.
void TakeOne(bool given, int64_t value, const std::string& field, int64_t& to,
             FieldFaults& faults) {
  if (!given) return;
  if (value < 1) return faults.Add(field, "must be at least 1; leave it out for no limit");
  to = value;
}

void TakeRates(const v1::Limits& from, const std::string& prefix, config::RatesConfig& to,
               FieldFaults& faults) {
  TakeOne(from.has_requests_per_minute(), from.requests_per_minute(),
          prefix + "requests_per_minute", to.rpm, faults);
  TakeOne(from.has_tokens_per_minute(), from.tokens_per_minute(), prefix + "tokens_per_minute",
          to.tpm, faults);
  TakeOne(from.has_requests_per_day(), from.requests_per_day(), prefix + "requests_per_day", to.rpd,
          faults);
  TakeOne(from.has_tokens_per_day(), from.tokens_per_day(), prefix + "tokens_per_day", to.tpd,
          faults);
  TakeOne(from.has_concurrent_calls(), from.concurrent_calls(), prefix + "concurrent_calls",
          to.concurrent, faults);
  // Whoever sets a limit relies on it.
  if (from.has_batch_queue_tokens()) {
    faults.Add(prefix + "batch_queue_tokens", "is not kept by this gateway: leave it out");
  }
  if (from.has_burst()) {
    faults.Add(prefix + "burst", "is not kept by this gateway: limits.burst of the server counts");
  }
}

std::string* AmountOf(v1::Meter period, config::BudgetConfig& budget) {
  switch (period) {
    case v1::METER_MONEY_PER_DAY:
      return &budget.day;
    case v1::METER_MONEY_PER_WEEK:
      return &budget.week;
    case v1::METER_MONEY_PER_MONTH:
      return &budget.month;
    default:
      return nullptr;
  }
}

limits::OnExceed OnExceedOf(const v1::Budget& budget) {
  return budget.on_exceed() == v1::Budget::ON_EXCEED_WARN ? limits::OnExceed::kWarn
                                                          : limits::OnExceed::kRefuse;
}

limits::Reserve ReserveOf(const v1::Budget& budget) {
  return budget.reserve() == v1::Budget::RESERVE_WORST_CASE ? limits::Reserve::kWorstCase
                                                            : limits::Reserve::kExpected;
}

std::string At(const std::string& field, int i) { return field + "[" + std::to_string(i) + "]"; }

// None: as a budget of the configuration that says nothing of them.
void TakeAlerts(const v1::Budget& budget, const std::string& prefix, config::BudgetConfig& to,
                FieldFaults& faults) {
  to.alerts = config::BudgetConfig().alerts;
  if (budget.alerts().empty()) return;
  to.alerts.clear();
  if (budget.alerts_size() > kMostAlerts) {
    return faults.Add(prefix + "alerts", "must have at most 10 entries");
  }
  for (int i = 0; i < budget.alerts_size(); ++i) {
    const int percent = budget.alerts(i);
    if (percent < 1 || percent > kMostPercent) {
      faults.Add(At(prefix + "alerts", i), "must be from 1 to 1000");
    } else {
      to.alerts.push_back(std::to_string(percent) + "%");
    }
  }
}

std::optional<tenancy::Operation> OperationOf(const std::string& name) {
  const auto found = std::ranges::find(tenancy::kOperations, name,
                                       [](const auto& each) { return std::string(each.first); });
  return found == tenancy::kOperations.end() ? std::nullopt : std::optional(found->second);
}

std::string OperationNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, operation] : tenancy::kOperations) names.push_back(name);
  return JoinWithCommas(names);
}

int64_t* RateOf(v1::Meter meter, config::RatesConfig& rates) {
  switch (meter) {
    case v1::METER_REQUESTS_PER_MINUTE:
      return &rates.rpm;
    case v1::METER_TOKENS_PER_MINUTE:
      return &rates.tpm;
    case v1::METER_REQUESTS_PER_DAY:
      return &rates.rpd;
    case v1::METER_TOKENS_PER_DAY:
      return &rates.tpd;
    case v1::METER_CONCURRENT_CALLS:
      return &rates.concurrent;
    default:
      return nullptr;
  }
}

}  // namespace

void FieldFaults::Add(std::string field, std::string what) {
  faults_.push_back({std::move(field), std::move(what)});
}

Error FieldFaults::Take(const std::string& message) {
  for (Error::FieldViolation& fault : faults_) fault.field.insert(0, message + ".");
  Error error = InvalidField(faults_.front().field, faults_.front().description);
  if (faults_.size() > 1) {
    error.message += ", and " + std::to_string(faults_.size() - 1) + " more";
  }
  error.fields = std::move(faults_);
  return error;
}

void TakeLimits(const v1::Limits& from, const std::string& prefix, config::AccessConfig& access,
                config::RatesConfig& rates, FieldFaults& faults) {
  TakeRates(from, prefix, rates, faults);
  TakeOne(from.has_max_output_tokens(), from.max_output_tokens(), prefix + "max_output_tokens",
          access.limits.max_output_tokens, faults);
}

void TakeModelLimits(const ModelLimits& from, const std::string& prefix,
                     std::vector<config::ModelRatesConfig>& to, FieldFaults& faults) {
  // In an order that is the same everywhere: the map has none.
  std::set<std::string> names;
  for (const auto& [model, limits] : from) names.insert(model);
  for (const std::string& model : names) {
    const v1::Limits& limits = from.at(model);
    const std::string own = prefix + "model_limits[\"" + model + "\"].";
    config::ModelRatesConfig& rates = to.emplace_back();
    rates.model = model;
    TakeRates(limits, own, rates.rates, faults);
    if (limits.has_max_output_tokens()) {
      faults.Add(own + "max_output_tokens", "is not kept for single models: leave it out");
    }
  }
}

bool TakeBudget(const v1::Budget& budget, const std::string& field, std::string_view zone,
                config::BudgetConfig& to, FieldFaults& faults) {
  const std::string own = field + ".";
  std::string* const amount = AmountOf(budget.period(), to);
  if (!amount) {
    faults.Add(own + "period", "must be money per day, week or month");
    return false;
  }
  if (!amount->empty()) faults.Add(own + "period", "is that of another budget too");
  if (budget.limit_picousd() < 1 || budget.limit_picousd() > config::kMaxUsd * kPicoPerUsd) {
    faults.Add(own + "limit_picousd", "must be from 1 to 9000000 USD");
  }
  *amount = config::UsdText(
      std::clamp<int64_t>(budget.limit_picousd(), 0, config::kMaxUsd * kPicoPerUsd));
  if (!budget.time_zone().empty() && budget.time_zone() != zone) {
    faults.Add(own + "time_zone", "must be the tenant's, in which all its budgets count");
  }
  to.on_exceed = OnExceedOf(budget);
  to.reserve = ReserveOf(budget);
  TakeAlerts(budget, own, to, faults);
  return true;
}

void TakeBudgets(const Budgets& from, const std::string& prefix, std::string_view zone,
                 config::BudgetConfig& to, FieldFaults& faults) {
  for (int i = 0; i < from.size(); ++i) {
    const std::string own = At(prefix + "budgets", i);
    const config::BudgetConfig before = to;
    if (!TakeBudget(from[i], own, zone, to, faults) || i == 0) continue;
    if (to.on_exceed != before.on_exceed || to.reserve != before.reserve ||
        to.alerts != before.alerts) {
      faults.Add(own + ".on_exceed",
                 "reserve and alerts must be the same for all budgets of one scope");
    }
  }
}

void TakeAccess(const Texts& models, const Texts& operations, const std::string& prefix,
                config::AccessConfig& to, FieldFaults& faults) {
  to.models.assign(models.begin(), models.end());
  for (int i = 0; i < operations.size(); ++i) {
    const auto operation = OperationOf(operations[i]);
    if (!operation) {
      faults.Add(At(prefix + "operations", i), "must be one of " + OperationNames());
    } else if (std::ranges::find(to.operations, *operation) != to.operations.end()) {
      faults.Add(At(prefix + "operations", i), "stands here for the second time");
    } else {
      to.operations.push_back(*operation);
    }
  }
}

bool AddBoost(v1::Meter meter, int64_t amount, config::QuotaConfig& to) {
  if (int64_t* const rate = RateOf(meter, to.rates)) {
    if (*rate > 0) *rate = std::min(config::kMostRate, *rate + amount);
    return true;
  }
  std::string* const budget = AmountOf(meter, to.budget);
  if (!budget) return false;
  if (const auto limit = config::ParseUsd(*budget)) {
    const int64_t most = config::kMaxUsd * kPicoPerUsd;
    *budget = config::UsdText(*limit + std::min(amount, most - *limit));
  }
  return true;
}

}  // namespace inferwire::app
