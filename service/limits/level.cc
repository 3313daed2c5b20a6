#include "limits/level.h"

#include <algorithm>
#include <chrono>

#include "limits/sums.h"

namespace inferwire::limits {
namespace {

WallTime At(int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

}  // namespace

double Level::used_ratio() const {
  const auto taken = static_cast<double>(Plus(used, reserved));
  return at_most > 0 ? taken / static_cast<double>(at_most) : 1.0;
}

Level LevelOf(const Limit& limit, Moment now) {
  Level level;
  level.amount = level.at_most = limit.amount();
  if (const auto* flow = std::get_if<Flow>(&limit.meter)) {
    const auto at = flow->meter->LevelFor(0, flow->limit, now.steady);
    level.at_most = flow->limit.capacity();
    const int64_t free = std::min(Plus(at.free, at.in_store), level.at_most);
    level.remaining = std::max<int64_t>(free, 0);
    level.used = Minus(level.at_most, free);
    level.local = at.local;
    level.reset_at = now.wall + std::chrono::ceil<WallTime::duration>(at.full);
    return level;
  }
  const auto& stock = std::get<Stock>(limit.meter);
  const auto at = stock.meter->LevelNow(stock.limit, now);
  level.used = at.spent;
  level.reserved = at.reserved;
  level.in_doubt = at.in_doubt;
  level.local = at.local;
  level.remaining = std::max<int64_t>(at.free, 0);
  if (at.period) level.reset_at = level.period_end = At(at.period->end);
  return level;
}

}  // namespace inferwire::limits
