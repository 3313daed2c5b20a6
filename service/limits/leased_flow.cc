#include "limits/leased_flow.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr double kLeaseSeconds = 0.5;  // of its demand, in one lease
constexpr double kLowSeconds = 0.15;   // with less left it asks
constexpr Duration kMeasure = milliseconds(250);
constexpr Duration kIdle = seconds(1);   // then what is left is given back
constexpr Duration kOld = seconds(5);    // then it is worth nothing
constexpr Duration kAhead = seconds(1);  // so far the store sells the future
constexpr Duration kSoonest = milliseconds(20), kLatest = milliseconds(500);  // to ask again

double PerSecond(const FlowLimit& limit) { return static_cast<double>(limit.per_minute()) / 60; }

int64_t Whole(double value) { return static_cast<int64_t>(std::min(value, 1e15)); }

}  // namespace

LeasedFlow::LeasedFlow(FlowLimit limit, int replicas, std::shared_ptr<Wakeup> wakeup)
    : limit_(limit),
      replicas_(std::max(replicas, 1)),
      wakeup_(std::move(wakeup)),
      unit_(std::max(limit.Cost(1), Duration(1))),
      small_(limit.capacity() / 4 < replicas_),
      share_(limit) {}

int64_t LeasedFlow::Usable(const Piece& piece, SteadyTime now) const {
  return std::max<int64_t>(std::min(piece.amount, (now - piece.from) / unit_) - piece.used, 0);
}

int64_t LeasedFlow::Left() const {
  int64_t left = 0;
  for (const Piece& piece : pieces_) left += piece.amount - piece.used;
  return left;
}

bool LeasedFlow::Spend(int64_t amount, SteadyTime now) {
  int64_t usable = 0;
  for (const Piece& piece : pieces_) usable += Usable(piece, now);
  if (usable < amount) return false;
  for (Piece& piece : pieces_) {
    const int64_t part = std::min(Usable(piece, now), amount);
    piece.used += part;
    amount -= part;
  }
  return true;
}

bool LeasedFlow::Take(int64_t amount, SteadyTime now) {
  bool taken = false, wakes = false;
  {
    const std::lock_guard lock(mutex_);
    asked_since_ += amount;
    last_use_ = now;
    taken = Spend(amount, now) || (alone_ && alone_->Take(amount, share_, now));
    if (!alone_ && now >= next_ask_) {
      const double low = std::min(demand_, PerSecond(limit_)) * kLowSeconds;
      const bool short_of = !taken && Left() < amount;
      if (short_of) need_ = std::max(need_, amount);
      wakes = (short_of || (!small_ && static_cast<double>(Left()) < low)) &&
              !std::exchange(asks_, true);
    }
  }
  if (wakes) wakeup_->Notify();
  return taken;
}

// The newest piece takes the difference; what it cannot take is paid by the next ones.
void LeasedFlow::Settle(int64_t taken, int64_t used) {
  const std::lock_guard lock(mutex_);
  int64_t difference = used - taken;
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend() && difference != 0; ++piece) {
    const int64_t part = std::clamp(difference, -piece->used, piece->amount - piece->used);
    piece->used += part;
    difference -= part;
  }
  debt_ = std::max<int64_t>(debt_ + difference, 0);
}

void LeasedFlow::Measure(SteadyTime now) {
  const double passed = std::chrono::duration<double>(now - measured_).count();
  if (now - measured_ < kMeasure) return;
  const double asked = static_cast<double>(asked_since_) / passed;
  demand_ = asked > demand_ ? asked : 0.7 * demand_ + 0.3 * asked;
  if (!alone_) {
    granted_ += (static_cast<double>(granted_since_) / passed - granted_) * 0.1;
  }
  asked_since_ = granted_since_ = 0;
  measured_ = now;
}

std::optional<FlowAsk> LeasedFlow::Collect(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Measure(now);
  FlowAsk ask;
  ask.unit = unit_;
  ask.burst = small_ ? limit_.size() : limit_.size() * 3 / 4;
  ask.most = std::max<int64_t>(limit_.capacity() / 4 / replicas_, 1);
  ask.fair = small_ ? 1
                    : std::clamp<int64_t>(Whole(PerSecond(limit_) * kLeaseSeconds), 1,
                                          std::max<int64_t>(limit_.capacity() / 4, 1));
  const int64_t left = Left();
  if (!asks_ && !alone_ && left > 0 && now - last_use_ > kIdle) {
    pieces_ = {};
    ask.back = unit_ * left;
    return ask;
  }
  if (!asks_ && !alone_) return std::nullopt;
  ask.need = std::exchange(need_, 0);
  ask.cut = alone_.has_value();
  const int64_t wanted = Whole(demand_ * kLeaseSeconds) - left;
  ask.want = small_ ? std::min<int64_t>(ask.need, 1)
                    : std::clamp<int64_t>(wanted, 1, std::max<int64_t>(ask.fair, 1));
  return ask;
}

void LeasedFlow::Granted(const FlowGrant& grant, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  asks_ = false;
  alone_.reset();
  if (grant.amount <= 0) {
    next_ask_ = now + std::clamp(grant.ahead - kAhead / 2, kSoonest, kLatest);
    return;
  }
  next_ask_ = now;
  granted_since_ += grant.amount;
  Piece piece{now + grant.ahead, grant.amount, 0};
  piece.used = std::min(debt_, piece.amount);
  debt_ -= piece.used;
  // The oldest makes room, be it used up, too old, or one too many.
  const auto spent = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& each) {
    return each.used >= each.amount || now - each.from > kOld + unit_ * each.amount;
  });
  std::rotate(spent == pieces_.end() ? pieces_.begin() : spent,
              spent == pieces_.end() ? pieces_.begin() + 1 : spent + 1, pieces_.end());
  pieces_.back() = piece;
}

void LeasedFlow::GoAlone(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  asks_ = false;
  if (alone_) return;
  // Half an equal share and half of what it was granted of late: with all replicas the limit at
  // most, and nearer to where the load is than equal shares.
  const double rate =
      PerSecond(limit_) / (2 * replicas_) + std::min(granted_, PerSecond(limit_)) / 2;
  share_ = FlowLimit(std::max<int64_t>(Whole(rate * 60), 1), limit_.size() / replicas_ / 2);
  alone_.emplace();
  alone_->Take(share_.capacity(), share_, now);  // without a burst
}

}  // namespace inferwire::limits
