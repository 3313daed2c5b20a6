#include "limits/limit.h"

namespace inferwire::limits {

std::string_view Name(LimitKind kind) {
  switch (kind) {
    case LimitKind::kMoneyPerMonth:
      return "month";
    case LimitKind::kMoneyPerWeek:
      return "week";
    case LimitKind::kMoneyPerDay:
      return "day";
    case LimitKind::kRequestsPerDay:
      return "rpd";
    case LimitKind::kTokensPerDay:
      return "tpd";
    case LimitKind::kRequestsPerMinute:
      return "rpm";
    case LimitKind::kTokensPerMinute:
      return "tpm";
    case LimitKind::kConcurrentCalls:
      break;
  }
  return "concurrent";
}

std::string MeterName(std::string_view limit, std::string_view scope, std::string_view model) {
  std::string name(limit);
  return name.append(" ").append(scope).append(" ").append(model);
}

std::optional<PeriodKind> PeriodOf(LimitKind kind) {
  switch (kind) {
    case LimitKind::kMoneyPerMonth:
      return PeriodKind::kMonth;
    case LimitKind::kMoneyPerWeek:
      return PeriodKind::kWeek;
    case LimitKind::kMoneyPerDay:
    case LimitKind::kRequestsPerDay:
    case LimitKind::kTokensPerDay:
      return PeriodKind::kDay;
    default:
      return std::nullopt;
  }
}

int64_t Limit::amount() const {
  const auto* flow = std::get_if<Flow>(&meter);
  return flow ? flow->limit.per_minute() : std::get<Stock>(meter).limit.amount;
}

std::shared_ptr<const void> Limit::counter() const {
  return std::visit([](const auto& each) -> std::shared_ptr<const void> { return each.meter; },
                    meter);
}

const void* Limit::counter_id() const {
  return std::visit([](const auto& each) -> const void* { return each.meter.get(); }, meter);
}

int64_t AmountOf(LimitKind kind, Reserve reserve, const Demand& demand) {
  switch (kind) {
    case LimitKind::kMoneyPerMonth:
    case LimitKind::kMoneyPerWeek:
    case LimitKind::kMoneyPerDay:
      return demand.money(reserve);
    case LimitKind::kTokensPerDay:
    case LimitKind::kTokensPerMinute:
      return demand.tokens();
    default:
      return 1;
  }
}

int64_t AmountOf(LimitKind kind, const Usage& usage) {
  if (!usage.counts) return 0;
  switch (kind) {
    case LimitKind::kMoneyPerMonth:
    case LimitKind::kMoneyPerWeek:
    case LimitKind::kMoneyPerDay:
      return usage.picousd;
    case LimitKind::kTokensPerDay:
    case LimitKind::kTokensPerMinute:
      return usage.tokens();
    default:
      return 1;
  }
}

}  // namespace inferwire::limits
