#include "limits/stock_meter.h"

#include <algorithm>
#include <chrono>

#include "limits/sums.h"

namespace inferwire::limits {
namespace {

// Until 2106.
uint32_t Small(int64_t seconds) {
  return static_cast<uint32_t>(std::clamp<int64_t>(seconds, 0, UINT32_MAX));
}

}  // namespace

void StockMeter::Turn(const StockLimit& limit, Moment now) {
  if (!limit.periods) return;
  const int64_t seconds = SecondsOf(now.wall);
  if (seconds >= begin_ && seconds < end_) return;
  // A wall clock that was set back a little does not bring the old period back: what is spent
  // would be forgotten when the new one begins again. Only if it had been far ahead it is
  // believed, and what is spent stays spent.
  const bool back = seconds < begin_;
  if (back && int64_t{begin_} - seconds <= int64_t{end_} - begin_) return;
  const Period period = limit.periods->zone.Of(limit.periods->kind, now.wall);
  begin_ = Small(period.begin);
  end_ = Small(period.end);
  if (!back) spent_ = 0;
}

int64_t StockMeter::Free(const StockLimit& limit) const {
  return Minus(limit.amount, Plus(spent_, reserved_));
}

bool StockMeter::NearlyUsed(const StockLimit& limit) const {
  return static_cast<double>(Plus(spent_, reserved_)) >=
         kNearlyUsed * static_cast<double>(limit.amount);
}

Took StockMeter::Take(int64_t amount, const StockLimit& limit, Moment now) {
  const std::lock_guard lock(mutex_);
  Turn(limit, now);
  if (amount > Free(limit)) return {false, true};
  reserved_ = Plus(reserved_, amount);
  return {true, NearlyUsed(limit)};
}

Took StockMeter::TakeAnyway(int64_t amount, const StockLimit& limit, Moment now) {
  const std::lock_guard lock(mutex_);
  Turn(limit, now);
  const bool fits = amount <= Free(limit);
  reserved_ = Plus(reserved_, amount);
  return {fits, NearlyUsed(limit)};
}

void StockMeter::Settle(int64_t taken, int64_t spent, const StockLimit& limit, Moment now) {
  const std::lock_guard lock(mutex_);
  Turn(limit, now);
  reserved_ = Minus(reserved_, taken);
  if (limit.periods) spent_ = Plus(spent_, spent);
}

StockMeter::Level StockMeter::LevelNow(const StockLimit& limit, Moment now) {
  const std::lock_guard lock(mutex_);
  Turn(limit, now);
  Level level{spent_, reserved_, Free(limit), std::nullopt, false};
  if (limit.periods) level.period = Period{begin_, end_};
  return level;
}

bool StockMeter::Idle(Moment now) const {
  const std::lock_guard lock(mutex_);
  return reserved_ == 0 && (spent_ == 0 || SecondsOf(now.wall) >= end_);
}

}  // namespace inferwire::limits
