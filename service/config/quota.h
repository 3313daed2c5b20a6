// What can be configured of how much a tenant, a team or a key may use, with every default.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "limits/limit.h"

namespace inferwire::config {

// Of any of them.
inline constexpr int64_t kMostRate = 1'000'000'000'000;

// 0: no limit.
struct RatesConfig {
  int64_t rpm = 0, tpm = 0, rpd = 0, tpd = 0;
  int64_t concurrent = 0;
  bool operator==(const RatesConfig&) const = default;
};

struct ModelRatesConfig {
  std::string model;  // the catalogue's id
  RatesConfig rates;
  bool operator==(const ModelRatesConfig&) const = default;
};

// Amounts of money as text (config/usd.h); empty: no budget.
struct BudgetConfig {
  std::string month, week, day;
  limits::OnExceed on_exceed = limits::OnExceed::kRefuse;
  limits::Reserve reserve = limits::Reserve::kExpected;
  std::vector<std::string> alerts = {"50%", "80%", "100%"};

  // Percent, ascending.
  std::vector<int> thresholds() const;
};

struct QuotaConfig {
  std::string plan;                      // whose values count where nothing is said; empty: none
  RatesConfig rates;                     // the section `limits`
  std::vector<ModelRatesConfig> models;  // `model_limits`
  BudgetConfig budget;
};

}  // namespace inferwire::config
