#include "limits/flow_meter.h"

#include <algorithm>
#include <limits>

namespace inferwire::limits {
namespace {

__extension__ typedef __int128 Wide;

constexpr int64_t kMinute = 60'000'000'000;
// Far beyond what a meter can be in debt for, and far from where times overflow.
constexpr Duration kLongest = std::chrono::hours(24 * 365);
// What fits into 64 bits on the way: all that calls usually take, and five times as fast.
constexpr int64_t kUsual = 100'000'000;

}  // namespace

FlowLimit::FlowLimit(int64_t per_minute, Duration burst)
    : per_minute_(std::max<int64_t>(per_minute, 1)),
      capacity_(std::max<int64_t>(Amount(burst), 1)),
      size_(Cost(capacity_)) {}

Duration FlowLimit::Cost(int64_t amount) const {
  if (amount >= 0 && amount <= kUsual && per_minute_ <= kMinute) {
    const int64_t cost = (amount * kMinute + per_minute_ - 1) / per_minute_;
    return std::min(Duration(cost), kLongest);
  }
  const Wide cost = (Wide{amount} * kMinute + per_minute_ - 1) / per_minute_;
  return Duration(static_cast<int64_t>(std::clamp<Wide>(cost, 0, kLongest.count())));
}

int64_t FlowLimit::Amount(Duration time) const {
  Wide amount = Wide{time.count()} * per_minute_;
  // Towards less also below zero.
  amount = amount >= 0 ? amount / kMinute : -((-amount + kMinute - 1) / kMinute);
  constexpr Wide kMost = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp<Wide>(amount, -kMost, kMost));
}

// How much of the bucket is filled, as time at full rate.
Duration FlowMeter::Free(const FlowLimit& limit, SteadyTime now) const {
  const Duration size = limit.size();
  return std::min<Duration>(now - full_at_ + size, size);
}

Took FlowMeter::Take(int64_t amount, const FlowLimit& limit, SteadyTime now) {
  const Duration cost = limit.Cost(amount);
  const Duration size = limit.size();
  const std::lock_guard lock(mutex_);
  const Duration free = Free(limit, now);
  if (free < std::min(cost, size)) return {false, true};
  full_at_ = now + (size - free) + cost;
  const auto whole = static_cast<double>(size.count());
  return {true, static_cast<double>((size - free + cost).count()) >= kNearlyUsed * whole};
}

void FlowMeter::Settle(int64_t taken, int64_t used, const FlowLimit& limit, SteadyTime now) {
  if (used == taken) return;
  const Duration difference = limit.Cost(used) - limit.Cost(taken);
  const std::lock_guard lock(mutex_);
  full_at_ = std::max(full_at_, now) + difference;
}

FlowMeter::Level FlowMeter::LevelFor(int64_t amount, const FlowLimit& limit, SteadyTime now) const {
  const Duration cost = limit.Cost(amount);
  const Duration size = limit.size();
  const std::lock_guard lock(mutex_);
  const Duration free = Free(limit, now);
  return {.free = limit.Amount(free),
          .wait = std::max<Duration>(std::min(cost, size) - free, Duration::zero()),
          .full = size - free,
          .per_second = static_cast<double>(limit.per_minute()) / 60};
}

bool FlowMeter::Idle(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return full_at_ <= now;
}

}  // namespace inferwire::limits
