#include "limits/meter_set.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "limits/sums.h"

namespace inferwire::limits {
namespace {

// What a call is told to wait for others to give back what is set aside for them.
constexpr Duration kOthersEnd = std::chrono::seconds(1);
// By then the store has answered, or is known not to.
constexpr Duration kLeaseComes = std::chrono::milliseconds(50);

WallTime At(int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

}  // namespace

MeterSet::Asked::Asked(const Limit& limit)
    : kind(limit.kind), reserve(limit.reserve), warns(limit.on_exceed == OnExceed::kWarn) {
  if (const auto* flow = std::get_if<Flow>(&limit.meter)) {
    meter = FlowMeterOf{flow->meter.get(), &flow->limit};
  } else {
    const auto& stock = std::get<Stock>(limit.meter);
    meter = StockMeterOf{stock.meter.get(), &stock.limit};
  }
}

Took MeterSet::Asked::Take(int64_t amount, Moment now) const {
  if (const auto* flow = std::get_if<FlowMeterOf>(&meter)) {
    return flow->meter->Take(amount, *flow->limit, now.steady);
  }
  const auto& stock = std::get<StockMeterOf>(meter);
  return warns ? stock.meter->TakeAnyway(amount, *stock.limit, now)
               : stock.meter->Take(amount, *stock.limit, now);
}

void MeterSet::Asked::Settle(int64_t taken, int64_t used, Moment now) const {
  if (const auto* flow = std::get_if<FlowMeterOf>(&meter)) {
    return flow->meter->Settle(taken, used, *flow->limit, now.steady);
  }
  const auto& stock = std::get<StockMeterOf>(meter);
  stock.meter->Settle(taken, used, *stock.limit, now);
}

MeterSet::MeterSet(std::vector<Limit> limits) : limits_(std::move(limits)) {
  std::stable_sort(limits_.begin(), limits_.end(),
                   [](const Limit& a, const Limit& b) { return a.kind < b.kind; });
  asked_.reserve(limits_.size());
  for (const Limit& limit : limits_) asked_.emplace_back(limit);
}

MeterSet::Taken MeterSet::Take(const Demand& demand, Moment now) const {
  Taken taken;
  for (size_t i = 0; i < asked_.size(); ++i) {
    const Asked& asked = asked_[i];
    if (demand.costs_nothing && IsMoney(asked.kind)) continue;
    const Took took = asked.Take(asked.Of(demand), now);
    taken.nearly_used |= took.nearly_used;
    if (took) continue;
    if (asked.warns) {
      taken.exceeded.push_back(&limits_[i]);
      continue;
    }
    taken.shortage = ShortageOf(limits_[i], demand, now);
    taken.exceeded.clear();
    while (i > 0) --i, asked_[i].Settle(asked_[i].Of(demand), 0, now);
    break;
  }
  return taken;
}

void MeterSet::Settle(const Demand& demand, const Usage& usage, Moment now) const {
  for (size_t i = asked_.size(); i > 0; --i) {
    const Asked& asked = asked_[i - 1];
    asked.Settle(asked.Of(demand), AmountOf(asked.kind, usage), now);
  }
}

Shortage MeterSet::ShortageOf(const Limit& limit, const Demand& demand, Moment now) const {
  const int64_t needed = limit.Of(demand);
  Shortage shortage;
  shortage.limit = &limit;
  shortage.needed = needed;
  if (const auto* flow = std::get_if<Flow>(&limit.meter)) {
    const auto level = flow->meter->LevelFor(needed, flow->limit, now.steady);
    shortage.used = flow->limit.capacity() - level.free;
    shortage.remaining = std::max<int64_t>(level.free, 0);
    shortage.wait = level.wait;
    shortage.pending = level.pending;
    shortage.per_second = level.per_second;
    shortage.reset_at = now.wall + std::chrono::duration_cast<WallTime::duration>(level.full);
    return shortage;
  }
  const auto& stock = std::get<Stock>(limit.meter);
  const auto level = stock.meter->LevelNow(stock.limit, now);
  shortage.used = level.spent;
  shortage.reserved = level.reserved;
  shortage.remaining = std::max<int64_t>(level.free, 0);
  shortage.spent = Plus(level.spent, needed) > stock.limit.amount;
  // What is left may be lent to this replica, unless it is too little.
  shortage.pending = level.pending && level.free >= needed;
  shortage.wait = shortage.pending ? kLeaseComes : kOthersEnd;
  if (level.period) {
    shortage.reset_at = At(level.period->end);
    if (shortage.spent)
      shortage.wait = std::max<Duration>(shortage.reset_at - now.wall, kOthersEnd);
  }
  return shortage;
}

}  // namespace inferwire::limits
