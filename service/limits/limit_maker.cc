#include "limits/limit_maker.h"

#include <algorithm>

namespace inferwire::limits {

void LimitMaker::Add(LimitKind kind, const std::string& scope, const std::string& model,
                     std::optional<int64_t> amount, const BudgetTerms& budget) {
  if (!amount) return;
  // The least is one, however many processes share it: nobody is shut out.
  const int64_t part = *amount == 0 ? 0 : std::max<int64_t>(*amount / options_.replicas, 1);
  const std::string name = MeterName(Name(kind), scope, model);
  auto meter = IsFlow(kind) ? FlowOf(name, part) : StockOf(name, kind, part);
  limits_.push_back(
      {kind, scope, model, std::move(meter), budget.on_exceed, budget.reserve, budget.alerts});
}

LimitMaker::Meter LimitMaker::FlowOf(const std::string& name, int64_t per_minute) {
  const FlowLimit limit(per_minute, options_.burst);
  auto meter = meters_.FlowOf(name, now_);
  meter ? meter->Use(limit, options_.version) : void(missing_ = true);
  return Flow{limit, std::move(meter)};
}

LimitMaker::Meter LimitMaker::StockOf(const std::string& name, LimitKind kind, int64_t amount) {
  StockLimit limit{.amount = amount, .periods = std::nullopt};
  if (const auto period = PeriodOf(kind)) limit.periods = {options_.zone, *period};
  auto meter = meters_.StockOf(name, now_);
  meter ? meter->Use(limit, options_.version) : void(missing_ = true);
  return Stock{std::move(limit), std::move(meter)};
}

}  // namespace inferwire::limits
