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

Took TakeFrom(const Limit& limit, int64_t amount, Moment now) {
  if (const auto* flow = std::get_if<Flow>(&limit.meter)) {
    return flow->meter->Take(amount, flow->limit, now.steady);
  }
  const auto& stock = std::get<Stock>(limit.meter);
  return limit.on_exceed == OnExceed::kWarn ? stock.meter->TakeAnyway(amount, stock.limit, now)
                                            : stock.meter->Take(amount, stock.limit, now);
}

void SettleWith(const Limit& limit, int64_t taken, int64_t used, Moment now) {
  if (const auto* flow = std::get_if<Flow>(&limit.meter)) {
    return flow->meter->Settle(taken, used, flow->limit, now.steady);
  }
  const auto& stock = std::get<Stock>(limit.meter);
  stock.meter->Settle(taken, used, stock.limit, now);
}

WallTime At(int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

}  // namespace

MeterSet::MeterSet(std::vector<Limit> limits) : limits_(std::move(limits)) {
  std::stable_sort(limits_.begin(), limits_.end(),
                   [](const Limit& a, const Limit& b) { return a.kind < b.kind; });
}

MeterSet::Taken MeterSet::Take(const Demand& demand, Moment now) const {
  Taken taken;
  for (size_t i = 0; i < limits_.size(); ++i) {
    const Limit& limit = limits_[i];
    const Took took = TakeFrom(limit, limit.Of(demand), now);
    taken.nearly_used |= took.nearly_used;
    if (took) continue;
    if (limit.on_exceed == OnExceed::kWarn) {
      taken.exceeded.push_back(&limit);
      continue;
    }
    taken.shortage = ShortageOf(limit, demand, now);
    taken.exceeded.clear();
    while (i > 0) --i, SettleWith(limits_[i], limits_[i].Of(demand), 0, now);
    break;
  }
  return taken;
}

void MeterSet::Settle(const Demand& demand, const Usage& usage, Moment now) const {
  for (size_t i = limits_.size(); i > 0; --i) {
    const Limit& limit = limits_[i - 1];
    SettleWith(limit, limit.Of(demand), limit.Of(usage), now);
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
