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
constexpr Duration kLeaseComes = milliseconds(50);

// Of the burst, so many parts are the store's, the replicas' together, and what they may use
// together before their leases come: B = 3/4 + 1/8 + 1/8.
constexpr int64_t kParts = 8;

double PerSecond(const FlowLimit& limit) { return static_cast<double>(limit.per_minute()) / 60; }

int64_t Whole(double value) { return static_cast<int64_t>(std::min(value, 1e15)); }

bool Same(const FlowLimit& a, const FlowLimit& b) {
  return a.per_minute() == b.per_minute() && a.capacity() == b.capacity();
}

}  // namespace

LeasedFlow::LeasedFlow(std::shared_ptr<LeaseTerms> terms, uint64_t id)
    : terms_(std::move(terms)), id_(id) {}

void LeasedFlow::Use(const FlowLimit& limit, uint64_t version) {
  const std::lock_guard lock(mutex_);
  if (version < version_) return;
  if (version_ != 0 && Same(limit, limit_)) return;
  version_ = std::max<uint64_t>(version, 1);
  limit_ = limit;
  unit_ = std::max(limit.Cost(1), Duration(1));
  // They are pieces of another rate.
  pieces_ = {};
  heard_at_.reset();
  if (alone_) BeAlone(measured_);
}

bool LeasedFlow::small() const { return limit_.capacity() / kParts < terms_->replicas(); }

int64_t LeasedFlow::Most() const {
  return std::max<int64_t>(limit_.capacity() / kParts / terms_->replicas(), 1);
}

int64_t LeasedFlow::MostAdvanced() const {
  if (!small()) return Most();
  return limit_.capacity() > 2 * terms_->replicas() ? 1 : 0;
}

int64_t LeasedFlow::Usable(const Piece& piece, SteadyTime now) const {
  const int64_t left = piece.amount - piece.used;
  if (left <= 0) return 0;
  const Duration age = now - piece.from;
  if (age >= unit_ * piece.amount) return left;
  return std::max<int64_t>(age / unit_ - piece.used, 0);
}

int64_t LeasedFlow::Usable(SteadyTime now) const {
  int64_t usable = 0;
  for (const Piece& piece : pieces_) usable += Usable(piece, now);
  return usable;
}

int64_t LeasedFlow::Left() const {
  int64_t left = 0;
  for (const Piece& piece : pieces_) left += piece.amount - piece.used;
  return left;
}

void LeasedFlow::Spend(int64_t amount, SteadyTime now) {
  for (Piece& piece : pieces_) {
    if (amount == 0) break;
    const int64_t part = std::min(Usable(piece, now), amount);
    piece.used += part;
    amount -= part;
  }
}

bool LeasedFlow::SpendAlone(int64_t amount, SteadyTime now) {
  if (!alone_ && now >= lease_begins_) bridge_.reset();
  FlowMeter* const own = alone_ ? alone_.get() : bridge_.get();
  if (own == nullptr) return false;
  switch (terms_->store_down.load(std::memory_order_relaxed)) {
    case StoreDown::kAllow:
      return true;
    case StoreDown::kDeny:
      return false;
    case StoreDown::kLocal:
      break;
  }
  return own->Take(amount, share_, now).taken;
}

// A call that comes before its lease goes by the replica's own part of the burst, as a debt that
// the next leases pay. Calls that can wait for a lease make this unnecessary: then it is false.
bool LeasedFlow::Advance(int64_t amount, SteadyTime now) {
  if (alone_ || !advances_ || now < next_ask_ || Left() >= amount ||
      debt_ + amount > MostAdvanced()) {
    return false;
  }
  debt_ += amount;
  return true;
}

// Of a small limit each replica may have a call in hand, and be one ahead of its leases.
Duration LeasedFlow::StoreBurst() const {
  return small()
             ? std::max(limit_.size() - unit_ * (2 * MostAdvanced() * terms_->replicas()), unit_)
             : limit_.size() * 3 / 4;
}

Duration LeasedFlow::InStore(SteadyTime now) const {
  if (alone_) return {};
  return heard_at_ ? std::min(in_store_ + (now - *heard_at_), StoreBurst()) : StoreBurst();
}

// Whoever is alone knows only his own part of it.
bool LeasedFlow::NearlyUsed(SteadyTime now) const {
  if (alone_) return true;
  const auto there = static_cast<double>(InStore(now).count());
  const auto all = static_cast<double>(StoreBurst().count());
  if (debt_ == 0 && there > (1 - kNearlyUsed) * all) return false;
  const auto capacity = static_cast<double>(limit_.capacity());
  const double free = static_cast<double>(Usable(now) - debt_) + there / all * capacity;
  return free <= (1 - kNearlyUsed) * capacity;
}

Took LeasedFlow::Take(int64_t amount, const FlowLimit& /*limit*/, SteadyTime now) {
  Took took;
  Asking asks = Asking::kNo;
  {
    const std::lock_guard lock(mutex_);
    asked_since_ += amount;
    last_use_ = now;
    int64_t left = Left();
    const bool leased = Usable(now) >= amount;
    const bool short_of = !leased && left < amount;
    if (leased) {
      Spend(amount, now);
      left -= amount;
    }
    took.taken = leased || SpendAlone(amount, now) || Advance(amount, now);
    took.nearly_used = NearlyUsed(now);
    if (!alone_ && now >= next_ask_) {
      const double low = std::min(demand_, PerSecond(limit_)) * kLowSeconds;
      if (short_of && !took.taken) need_ = std::max(need_, amount);
      const bool runs_low = !small() && static_cast<double>(left) < low;
      if (short_of || runs_low) asks = Raise(asks_, short_of ? Asking::kNow : Asking::kSoon);
    }
  }
  terms_->wakeup.Notify(id_, asks);
  return took;
}

// The newest piece takes the difference; what it cannot take is paid by the next ones.
void LeasedFlow::Settle(int64_t taken, int64_t used, const FlowLimit& /*limit*/,
                        SteadyTime /*now*/) {
  const std::lock_guard lock(mutex_);
  int64_t difference = used - taken;
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend() && difference != 0; ++piece) {
    const int64_t part = std::clamp(difference, -piece->used, piece->amount - piece->used);
    piece->used += part;
    difference -= part;
  }
  debt_ = std::max<int64_t>(debt_ + difference, 0);
}

FlowCounter::Level LeasedFlow::LevelFor(int64_t amount, const FlowLimit& limit,
                                        SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  Level level;
  level.free = Usable(now) - debt_;
  const double part =
      static_cast<double>(InStore(now).count()) / static_cast<double>(StoreBurst().count());
  level.in_store = Whole(part * static_cast<double>(limit_.capacity()));
  level.full = limit.size();
  level.local = alone_ != nullptr;
  // An equal share is there for who begins to ask.
  level.per_second =
      alone_ ? PerSecond(share_)
             : std::clamp(granted_, PerSecond(limit_) / static_cast<double>(terms_->replicas()),
                          PerSecond(limit_));
  if (alone_) {
    const Level share = alone_->LevelFor(amount, share_, now);
    if (level.free < amount) level.wait = share.wait;
    level.free = std::max(level.free, share.free);
    return level;
  }
  if (level.free >= amount) return level;
  if (Left() < amount && now >= next_ask_) {
    level.pending = true;
    level.wait = kLeaseComes;
  } else if (Left() < amount) {
    level.wait = std::max<Duration>({next_ask_ - now, ready_at_ - now, kSoonest});
  } else {
    level.wait = std::max<Duration>(unit_ * (amount - level.free), kSoonest);
  }
  return level;
}

bool LeasedFlow::Idle(SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  return debt_ == 0 && asks_ == Asking::kNo && Left() == 0 && now - last_use_ > kOld;
}

void LeasedFlow::Measure(SteadyTime now) {
  const bool first = measured_ == SteadyTime{};
  const double passed = std::chrono::duration<double>(now - measured_).count();
  if (now - measured_ < kMeasure) return;
  measured_ = now;
  if (first) return;
  const double asked = static_cast<double>(asked_since_) / passed;
  demand_ = asked > demand_ ? asked : 0.7 * demand_ + 0.3 * asked;
  if (!alone_) {
    const double granted = static_cast<double>(granted_since_) / passed;
    granted_ += (granted - granted_) * std::max(0.1, 1.0 / static_cast<double>(++measures_));
  }
  asked_since_ = granted_since_ = 0;
}

std::optional<FlowAsk> LeasedFlow::Collect(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Measure(now);
  FlowAsk ask;
  ask.unit = unit_;
  ask.burst = StoreBurst();
  ask.most = Most();
  ask.fair = small() ? 1
                     : std::clamp<int64_t>(Whole(PerSecond(limit_) * kLeaseSeconds), 1,
                                           std::max<int64_t>(limit_.capacity() / kParts, 1));
  const int64_t left = Left();
  if (asks_ == Asking::kNo && !alone_ && left > 0 && now - last_use_ > kIdle) {
    pieces_ = {};
    ask.back = unit_ * left;
    return ask;
  }
  if (asks_ == Asking::kNo && !alone_ && debt_ == 0) return std::nullopt;
  if (asks_ == Asking::kNo && !alone_ && now < next_ask_) return std::nullopt;
  ask.need = asked_need_ = std::exchange(need_, 0);
  ask.cut = alone_ != nullptr;
  const int64_t wanted = Whole(demand_ * kLeaseSeconds) - left + debt_;
  ask.want = small() ? std::min<int64_t>(ask.need + debt_, 1)
                     : std::clamp<int64_t>(wanted, 1, std::max<int64_t>(ask.fair, 1));
  return ask;
}

void LeasedFlow::Granted(const FlowGrant& grant, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  asks_ = Asking::kNo;
  // The store sells the future to whoever comes back first: until it begins for this replica, it
  // goes on as it did.
  if (alone_) {
    bridge_ = std::move(alone_);
    lease_begins_ = now + grant.ahead;
  }
  advances_ = grant.amount > 0 && unit_ * grant.amount < limit_.size() * 3 / 4;
  in_store_ = std::max<Duration>(-grant.ahead - unit_ * std::max<int64_t>(grant.amount, 0), {});
  heard_at_ = now;
  if (grant.amount <= 0) {
    // What one call needs is sold when all of it is there; the rest of the future earlier.
    const Duration early = asked_need_ > 1 ? Duration() : kAhead / 2;
    next_ask_ = now + std::clamp(grant.ahead - early, kSoonest, kLatest);
    ready_at_ = now + grant.ahead;
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
  asks_ = Asking::kNo;
  if (!alone_) BeAlone(now);
}

void LeasedFlow::BeAlone(SteadyTime now) {
  // Half an equal share and half of what it was granted of late: with all replicas the limit at
  // most, and nearer to where the load is than equal shares.
  const int64_t replicas = terms_->replicas();
  const double rate = PerSecond(limit_) / static_cast<double>(2 * replicas) +
                      std::min(granted_, PerSecond(limit_)) / 2;
  share_ = FlowLimit(std::max<int64_t>(Whole(rate * 60), 1), limit_.size() / replicas / 2);
  bridge_.reset();
  alone_ = std::make_unique<FlowMeter>();
  alone_->Take(share_.capacity(), share_, now);  // without a burst
}

}  // namespace inferwire::limits
