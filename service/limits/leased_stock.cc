#include "limits/leased_stock.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "limits/sums.h"

namespace inferwire::limits {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The store lends for 5 s, and calls at once for 4 s; what may be used of it ends earlier, by the
// replica's own clock.
constexpr Duration kLease = seconds(4), kHeldLease = seconds(3);
constexpr Duration kReport = seconds(1);
constexpr Duration kKeeps = seconds(60);  // then an unused lease is given back
constexpr Duration kDry = milliseconds(100);
constexpr Duration kLow = milliseconds(250);
constexpr Duration kMeasure = milliseconds(250);
// What a process has borrowed and not reported is in doubt when it dies: no more than what it
// spends in a second, so a lease is of half of one.
constexpr double kLeaseSeconds = 0.5;
constexpr double kLowSeconds = 0.25;  // with less left it asks, and reports
// Calls that lacked a lease are the first of more: so many times as much is asked for, or each of
// those that follow would lack one until their demand was measured.
constexpr int64_t kBegins = 8;

int64_t Whole(double value) { return static_cast<int64_t>(std::min(value, 1e18)); }

}  // namespace

LeasedStock::LeasedStock(std::shared_ptr<LeaseTerms> terms, uint64_t id)
    : terms_(std::move(terms)), id_(id) {}

void LeasedStock::Use(const StockLimit& limit, uint64_t version) {
  const std::lock_guard lock(mutex_);
  if (version < version_) return;
  version_ = std::max<uint64_t>(version, 1);
  limit_ = limit;
}

int64_t LeasedStock::Used() const { return Plus(spent_, reserved_); }

void LeasedStock::Turn(Moment now) {
  if (held()) return;
  const Moment then = terms_->ByTheStore(now);
  const int64_t second = SecondsOf(then.wall);
  if (second >= begin_ && second < end_) return;
  // As in StockMeter: a clock that was set back a little gives nothing twice.
  if (second < begin_ && begin_ - second <= end_ - begin_) return;
  if (spent_ > 0 || granted_ > 0) {
    StockAsk last;
    last.period = begin_;
    last.ends = end_;
    last.limit = limit_.amount;
    last.spent = spent_;
    closing_ = last;
  }
  const Period period = limit_.periods->zone.Of(limit_.periods->kind, then.wall);
  begin_ = period.begin;
  end_ = period.end;
  spent_ = granted_ = cap_ = left_ = others_spent_ = extra_ = told_spent_ = asked_spent_ = 0;
  known_ = false;
  until_ = dry_until_ = {};
  if (alone_) extra_ = limit_.amount / (2 * terms_->replicas());
}

int64_t LeasedStock::Share() const {
  return std::max<int64_t>(limit_.amount / terms_->replicas(), std::min<int64_t>(limit_.amount, 1));
}

int64_t LeasedStock::Free(SteadyTime now) const {
  const StoreDown mode = terms_->store_down.load(std::memory_order_relaxed);
  if (alone_ && mode == StoreDown::kAllow) return kMostOfAll;
  // What is spent stays lent until somebody says otherwise, so who knows that he is alone goes on
  // with it. Slots come back to others by themselves.
  const bool lasts = now < until_ || (alone_ && !held());
  int64_t cap = cap_;
  if (!lasts) cap = held() ? 0 : std::min(cap_, Used());
  if (alone_ && mode == StoreDown::kLocal) {
    cap = held() ? std::max(cap, Share()) : Plus(cap, extra_);
  }
  return Minus(cap, Used());
}

void LeasedStock::Measure(SteadyTime now) {
  if (now - measured_ < kMeasure) return;
  const double passed = std::chrono::duration<double>(now - measured_).count();
  demand_ = std::max(0.5 * demand_ + 0.5 * static_cast<double>(asked_since_) / passed, 0.0);
  asked_since_ = 0;
  measured_ = now;
}

Asking LeasedStock::Miss(int64_t amount, SteadyTime now) {
  if (alone_ || amount > limit_.amount || now < dry_until_) return Asking::kNo;
  need_ = Plus(need_, amount);
  least_ = least_ == 0 ? amount : std::min(least_, amount);
  return Raise(asks_, Asking::kNow);
}

Asking LeasedStock::RunsLow(SteadyTime now) {
  if (alone_ || asks_ != Asking::kNo || now < low_until_) return Asking::kNo;
  if (static_cast<double>(Free(now)) >= demand_ * kLowSeconds) return Asking::kNo;
  low_until_ = now + kLow;
  return asks_ = Asking::kSoon;
}

// That nobody has spent or set aside, as far as is known here.
int64_t LeasedStock::Unused() const {
  if (!known_) return Minus(limit_.amount, Used());
  return Plus(left_, std::max<int64_t>(Minus(granted_, Used()), 0));
}

bool LeasedStock::NearlyUsed() const {
  const int64_t used =
      held() ? Minus(limit_.amount, Unused()) : Plus(others_spent_, Plus(spent_, reserved_));
  return static_cast<double>(used) >= kNearlyUsed * static_cast<double>(limit_.amount);
}

Took LeasedStock::Take(int64_t amount, const StockLimit& /*limit*/, Moment now) {
  Took took;
  Asking asks = Asking::kNo;
  {
    const std::lock_guard lock(mutex_);
    Turn(now);
    asked_since_ = Plus(asked_since_, amount);
    last_use_ = now.steady;
    call_ = std::max(amount, call_ - call_ / 16);
    took.taken = amount <= Free(now.steady);
    if (took.taken) reserved_ = Plus(reserved_, amount);
    took.nearly_used = NearlyUsed();
    asks = took.taken ? RunsLow(now.steady) : Miss(amount, now.steady);
  }
  terms_->wakeup.Notify(id_, asks);
  return took;
}

Took LeasedStock::TakeAnyway(int64_t amount, const StockLimit& /*limit*/, Moment now) {
  Took took;
  Asking asks = Asking::kNo;
  {
    const std::lock_guard lock(mutex_);
    Turn(now);
    asked_since_ = Plus(asked_since_, amount);
    last_use_ = now.steady;
    call_ = std::max(amount, call_ - call_ / 16);
    const int64_t free = Free(now.steady);
    // What was not lent may still be there.
    took.taken = amount <= free || !known_ || amount <= Plus(left_, free);
    asks = amount <= free ? RunsLow(now.steady) : Miss(amount, now.steady);
    reserved_ = Plus(reserved_, amount);
    took.nearly_used = NearlyUsed();
  }
  terms_->wakeup.Notify(id_, asks);
  return took;
}

void LeasedStock::Settle(int64_t taken, int64_t spent, const StockLimit& /*limit*/, Moment now) {
  Asking asks = Asking::kNo;
  {
    const std::lock_guard lock(mutex_);
    Turn(now);
    reserved_ = Minus(reserved_, taken);
    if (!held()) {
      spent_ = Plus(spent_, spent);
      // What a call did not use serves the next one.
      asked_since_ = Minus(asked_since_, std::max<int64_t>(taken - spent, 0));
    }
    // Somebody waits for it.
    if (hungry_ && !alone_) asks = Raise(asks_, Asking::kNow);
  }
  terms_->wakeup.Notify(id_, asks);
}

StockCounter::Level LeasedStock::LevelNow(const StockLimit& /*limit*/, Moment now) {
  const std::lock_guard lock(mutex_);
  Turn(now);
  Level level;
  level.spent = Plus(others_spent_, spent_);
  level.free = Unused();
  level.reserved = held() ? Minus(limit_.amount, level.free) : reserved_;
  level.pending = !alone_ && now.steady >= dry_until_;
  level.local = alone_;
  level.in_doubt = in_doubt_;
  if (!held()) level.period = Period{begin_, end_};
  return level;
}

void LeasedStock::InDoubt(int64_t amount) {
  const std::lock_guard lock(mutex_);
  in_doubt_ = amount;
}

bool LeasedStock::Idle(Moment now) const {
  const std::lock_guard lock(mutex_);
  if (reserved_ != 0 || asks_ != Asking::kNo || closing_ || granted_ > spent_ ||
      told_spent_ != spent_)
    return false;
  return spent_ == 0 || SecondsOf(terms_->ByTheStore(now).wall) >= end_;
}

StockAsk LeasedStock::Question(SteadyTime now) {
  StockAsk ask;
  ask.period = begin_;
  ask.ends = end_;
  ask.limit = limit_.amount;
  ask.spent = spent_;
  ask.reserved = reserved_;
  ask.held = held();
  ask.turn = ++turn_;
  asked_spent_ = spent_;
  if (terms_->leaving) return ask;
  const int64_t room = std::max<int64_t>(Minus(limit_.amount, Used()), 0);
  const bool recent = now - last_use_ < kKeeps;
  ask.unit = held() ? 1 : std::min(call_, limit_.amount / 64 + 1);
  const double lasting = held() ? demand_ : demand_ * kLeaseSeconds;
  const int64_t wanted = std::max(Whole(lasting), Times(need_, kBegins));
  ask.want = std::clamp<int64_t>(wanted, recent ? ask.unit : 0, std::max(room, ask.unit));
  ask.need = std::min(std::exchange(need_, 0), room);
  ask.least = std::min(std::exchange(least_, 0), room);
  // What the store would lend again, as far as can be known here.
  const bool lasts = now < until_ || (alone_ && !held());
  const int64_t unused = lasts ? std::max<int64_t>(Minus(cap_, Used()), 0) : 0;
  const int64_t rest = Plus(left_, unused);
  const int64_t lent =
      std::max(rest / ((held() ? 2 : 4) * live_), rest / live_ >= ask.unit ? ask.unit : int64_t{0});
  // Too little for the call that waits is better in other hands.
  const bool useless = ask.least > 0 && unused < ask.least;
  ask.keep = useless ? 0 : std::min({unused, ask.want, lent});
  return ask;
}

void LeasedStock::Collect(Moment now, std::vector<StockAsk>& asks) {
  const std::lock_guard lock(mutex_);
  if (version_ == 0) return;
  Turn(now);
  Measure(now.steady);
  if (closing_) {
    closing_->turn = ++turn_;
    asks.push_back(*closing_);
  }
  const bool lends = granted_ > spent_ || reserved_ > 0;
  const bool news = spent_ != told_spent_ || reserved_ != told_reserved_;
  const bool due = now.steady - told_at_ >= kReport && (lends || news);
  if (asks_ == Asking::kNo && !due && !(alone_ && (lends || news || need_ > 0)) &&
      !terms_->leaving) {
    // Who never asked, or has given all of it back, has nothing to say, and is back with the rest.
    if (alone_ && !lends && !news) alone_ = false;
    return;
  }
  asks.push_back(Question(now.steady));
  asked_least_ = asks.back().least;
  told_reserved_ = reserved_;
  cap_ = std::min(cap_, Plus(Used(), asks.back().keep));
}

int64_t LeasedStock::Granted(const StockGrant& grant, SteadyTime sent, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (closing_ && grant.period == closing_->period) {
    closing_.reset();
    return 0;
  }
  if (grant.period != begin_) return 0;
  const int64_t reported = std::max<int64_t>(asked_spent_ - told_spent_, 0);
  told_spent_ = asked_spent_;
  granted_ = cap_ = grant.granted;
  left_ = std::max<int64_t>(grant.left, 0);
  others_spent_ = Minus(grant.spent, asked_spent_);
  live_ = std::max(grant.live, 1);
  hungry_ = grant.hungry;
  known_ = true;
  alone_ = false;
  asks_ = Asking::kNo;
  extra_ = 0;
  told_at_ = sent;
  until_ = sent + (held() ? kHeldLease : kLease);
  if (asked_least_ > 0 && Free(now) < asked_least_) dry_until_ = now + kDry;
  return held() ? 0 : std::clamp<int64_t>(Minus(grant.spent, limit_.amount), 0, reported);
}

void LeasedStock::GoAlone() {
  const std::lock_guard lock(mutex_);
  asks_ = Asking::kNo;
  if (std::exchange(alone_, true)) return;
  // Half of its share of what nobody had: the others may have used theirs before.
  extra_ = (known_ ? left_ : limit_.amount) / (2 * terms_->replicas());
}

}  // namespace inferwire::limits
