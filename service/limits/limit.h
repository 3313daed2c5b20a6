// One limit of one scope: what it counts, how much of it, and the meter that counts. A scope is a
// path of ids (tenant/acme/search) that only its maker understands: here it is a text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "limits/demand.h"
#include "limits/flow_meter.h"
#include "limits/stock_meter.h"

namespace inferwire::limits {

// In the order in which a call is refused: whoever has to wait until next month is not told to
// come back in a second.
enum class LimitKind {
  kMoneyPerMonth,
  kMoneyPerWeek,
  kMoneyPerDay,
  kRequestsPerDay,
  kTokensPerDay,
  kRequestsPerMinute,
  kTokensPerMinute,
  kConcurrentCalls,
};

// As the configuration calls it: rpm, tpd, month, ...
std::string_view Name(LimitKind kind);
// Of the meter of such a limit (Name) of a scope, for one model or, empty, for all together. Stores
// know meters by it.
std::string MeterName(std::string_view limit, std::string_view scope, std::string_view model);

constexpr bool IsMoney(LimitKind kind) { return kind <= LimitKind::kMoneyPerDay; }
constexpr bool IsFlow(LimitKind kind) {
  return kind == LimitKind::kRequestsPerMinute || kind == LimitKind::kTokensPerMinute;
}
// Unset: it has no periods.
std::optional<PeriodKind> PeriodOf(LimitKind kind);

// What a call that goes over a budget meets.
enum class OnExceed { kRefuse, kWarn };

// What a call takes of such a limit, and what it used of it.
int64_t AmountOf(LimitKind kind, Reserve reserve, const Demand& demand);
int64_t AmountOf(LimitKind kind, const Usage& usage);

struct Flow {
  FlowLimit limit;
  std::shared_ptr<FlowCounter> meter;  // with the table and other versions of the settings
};
struct Stock {
  StockLimit limit;
  std::shared_ptr<StockCounter> meter;  // as of Flow
};

struct Limit {
  LimitKind kind = LimitKind::kRequestsPerMinute;
  std::string scope;  // whose it is
  std::string model;  // of one model only; empty: of all together
  std::variant<Flow, Stock> meter;
  OnExceed on_exceed = OnExceed::kRefuse;  // of money
  Reserve reserve = Reserve::kExpected;    // of money
  std::vector<int> alerts{};  // of money: percent, ascending; each is told once a period

  int64_t amount() const;
  // Which meter counts: limits of the same one have the same. Kept, it keeps the meter.
  std::shared_ptr<const void> counter() const;
  const void* counter_id() const;  // the same, for as long as the limit
  // What of it a call takes, and what of it a call used.
  int64_t Of(const Demand& demand) const { return AmountOf(kind, reserve, demand); }
  int64_t Of(const Usage& usage) const { return AmountOf(kind, usage); }
};

}  // namespace inferwire::limits
