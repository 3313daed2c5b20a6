#include "limits/fair_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace inferwire::limits {
namespace {

// Whoever waits for the queue's mutex waits no longer than so many calls take to be let go.
constexpr int kMostInATurn = 32;
// A meter is not asked more often than that while nothing says that it has room.
constexpr Duration kSoonest = std::chrono::milliseconds(1);

const Limit* SameLimit(const MeterSet& set, const Limit& limit) {
  const void* const counter = limit.counter_id();
  const auto found = std::ranges::find_if(
      set.limits(), [&](const Limit& each) { return each.counter_id() == counter; });
  return found == set.limits().end() ? nullptr : &*found;
}

}  // namespace

void FairQueue::Use(const Bounds& bounds, bool on, const FindAllowance& find) {
  {
    const std::lock_guard lock(mutex_);
    bounds_ = bounds;
    on_ = on;
    const Moment now = Moment::Of(clock_);
    for (auto& [_, call] : calls_) {
      if (!call->line) continue;
      const QueueAsk& ask = call->ask;
      auto allowance = find({ask.party.tenant, ask.party.team, ask.key, ask.user, ask.model});
      if (!allowance) continue;  // there are more meters than may be: the old ones go on
      const auto before = std::exchange(call->ask.wants.from, std::move(allowance));
      const MeterSet& set = call->ask.wants.from->set;
      if (const Limit* limit = SameLimit(set, *call->shortage.limit)) {
        call->shortage = set.ShortageOf(*limit, ask.wants.demand, now);
        continue;
      }
      const auto taken = set.Take(ask.wants.demand, now);
      if (taken.shortage) {
        Move(*call, *taken.shortage, now.steady);
      } else {
        call->line->Remove(*call);
        Grant(*call, taken, now);
      }
    }
    // Perhaps nobody looks any more.
    if (!on) std::erase_if(lines_, [](const auto& each) { return each.second.empty(); });
    busy_ = !lines_.empty();
  }
  Wake();
}

void FairQueue::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (auto& [_, call] : calls_) {
    if (!call->line) continue;
    call->line->Remove(*call);
    Call(*call, TicketState::kClosed);
  }
}

MeterSet::Taken FairQueue::Take(const Reservation& wants, const QueueParty& party, Moment now) {
  const MeterSet& set = wants.from->set;
  if (!busy()) return set.Take(wants.demand, now);
  const std::lock_guard lock(mutex_);
  MeterSet::Taken taken;
  for (size_t i = 0; i < set.limits().size() && !calls_.empty(); ++i) {
    const auto line = lines_.find(set.counter_id(i));
    if (line == lines_.end() || line->second.empty()) continue;
    taken.shortage = set.ShortageOf(set.limits()[i], wants.demand, now);
    break;
  }
  if (!taken.shortage) {
    taken = set.Take(wants.demand, now);
    if (!taken.shortage) TookFrom(set, wants.demand, party, now);
    return taken;
  }
  // Nobody waits for what another limit will not give.
  for (const Limit& limit : set.limits()) {
    if (IsFlow(limit.kind) || limit.on_exceed == OnExceed::kWarn) continue;
    if (wants.demand.costs_nothing && IsMoney(limit.kind)) continue;
    Shortage shortage = set.ShortageOf(limit, wants.demand, now);
    if (!shortage.spent) continue;
    taken.shortage = shortage;
    break;
  }
  return taken;
}

void FairQueue::TookFrom(const MeterSet& set, const Demand& demand, const QueueParty& party,
                         Moment now) {
  for (size_t i = 0; i < set.limits().size(); ++i) {
    const auto line = lines_.find(set.counter_id(i));
    if (line != lines_.end()) line->second.Took(party, set.limits()[i].Of(demand), now.steady);
  }
}

std::optional<QueueBound> FairQueue::FullFor(const QueueAsk& ask) const {
  const auto part = [&](int64_t bound) {
    return std::max<int64_t>(bound * ask.party.percent_of_bounds / 100, 1);
  };
  const auto own = of_tenant_.find(ask.party.tenant);
  if (static_cast<int64_t>(calls_.size()) >= part(static_cast<int64_t>(bounds_.calls)))
    return QueueBound::kCalls;
  if (own != of_tenant_.end() &&
      static_cast<int64_t>(own->second) >= part(static_cast<int64_t>(bounds_.calls_of_tenant))) {
    return QueueBound::kCallsOfTenant;
  }
  if (bytes_ + ask.bytes > part(bounds_.bytes)) return QueueBound::kBytes;
  return std::nullopt;
}

Duration FairQueue::EtaOf(const QueueParty& party, const Shortage& shortage, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const auto line = lines_.find(shortage.limit->counter_id());
  if (line == lines_.end()) return shortage.wait;
  return line->second.Eta(party, line->second.Waiting(party), shortage, now);
}

FairQueue::Joined FairQueue::Join(QueueAsk ask, const Shortage& shortage, Mailbox& mailbox) {
  Joined joined;
  {
    const std::lock_guard lock(mutex_);
    const SteadyTime now = clock_.Now();
    joined.closed = closed_;
    if (closed_) return joined;
    QueueLine& line = LineOf(*shortage.limit, now);
    if (!shortage.pending) line.Lacked(now);
    if (!ask.first_lease) {
      joined.eta = line.Eta(ask.party, line.Waiting(ask.party), shortage, now);
      if (joined.eta > ask.longest) return joined;
    }
    joined.full = FullFor(ask);
    if (joined.full) {
      if (observer_) observer_->Full(*joined.full);
      return joined;
    }
    const auto call = std::make_shared<QueuedCall>();
    call->ask = std::move(ask);
    call->number = ++last_number_;
    call->since = now;
    call->eta = joined.eta;
    call->mailbox = &mailbox;
    Stand(*call, shortage, now);
    // Room may have come since it was asked for.
    line.due = now;
    calls_.emplace(call->number, call.get());
    calls_at_hand_ = calls_.size();
    bytes_ += call->ask.bytes;
    ++of_tenant_[std::string(call->ask.party.tenant)];
    if (observer_) observer_->Waits(call->ask.party.priority, call->ask.bytes);
    joined.ticket = Ticket(shared_from_this(), call);
  }
  wakeup_->Notify();
  return joined;
}

QueueLine& FairQueue::LineOf(const Limit& limit, SteadyTime now) {
  auto counter = limit.counter();
  const void* const meter = counter.get();
  // Somebody has to forget it again.
  if (!busy_.exchange(true)) wakeup_->Notify();
  return lines_.try_emplace(meter, std::move(counter), now).first->second;
}

void FairQueue::Stand(QueuedCall& call, const Shortage& shortage, SteadyTime now) {
  call.shortage = shortage;
  call.amount = shortage.needed;
  LineOf(*shortage.limit, now).Add(call, now);
}

// Another meter is the scarcer one now.
void FairQueue::Move(QueuedCall& call, const Shortage& shortage, SteadyTime now) {
  call.line->Remove(call);
  Stand(call, shortage, now);
  call.line->due = std::min(call.line->due, now + std::max(shortage.wait, kSoonest));
}

TicketState FairQueue::StateOf(const QueuedCall& call) const {
  const std::lock_guard lock(mutex_);
  return call.state;
}

Standing FairQueue::StandingOf(QueuedCall& call) const {
  const std::lock_guard lock(mutex_);
  const Moment now = Moment::Of(clock_);
  const QueueAsk& ask = call.ask;
  Standing standing;
  if (call.line) {
    call.shortage = ask.wants.from->set.ShortageOf(*call.shortage.limit, ask.wants.demand, now);
    standing = call.line->StandingOf(call, now.steady);
  } else {
    standing.shortage = call.shortage;
    standing.eta = call.shortage.wait;
  }
  standing.from = ask.wants.from;
  return standing;
}

void FairQueue::Leave(QueuedCall& call, QueueLeft how) {
  const std::lock_guard lock(mutex_);
  const QueueAsk& ask = call.ask;
  if (call.line) call.line->Remove(call);
  if (call.state == TicketState::kGranted && how != QueueLeft::kServed) {
    Usage nothing;
    nothing.counts = false;
    ask.wants.from->set.Settle(ask.wants.demand, nothing, Moment::Of(clock_));
    all_due_ = true;
  }
  calls_.erase(call.number);
  calls_at_hand_ = calls_.size();
  bytes_ -= ask.bytes;
  const auto own = of_tenant_.find(ask.party.tenant);
  if (--own->second == 0) of_tenant_.erase(own);
  if (observer_) observer_->Left(ask.party.priority, how, ask.bytes);
  // Who comes next may need less.
  wakeup_->Notify();
}

void FairQueue::Settled(const MeterSet& set) {
  if (!busy() || calls_at_hand_ == 0) return;
  {
    const std::lock_guard lock(mutex_);
    bool waited_for = false;
    for (size_t i = 0; i < set.limits().size(); ++i) {
      const auto line = lines_.find(set.counter_id(i));
      if (line == lines_.end() || line->second.empty()) continue;
      line->second.due = SteadyTime::min();
      waited_for = true;
    }
    if (!waited_for) return;
  }
  wakeup_->Notify();
}

void FairQueue::Wake() {
  if (!busy()) return;
  all_due_ = true;
  wakeup_->Notify();
}

size_t FairQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

std::optional<Duration> FairQueue::Turn() {
  const std::lock_guard lock(mutex_);
  const Moment now = Moment::Of(clock_);
  if (all_due_.exchange(false)) {
    for (auto& [_, line] : lines_) line.due = now.steady;
  }
  int most = kMostInATurn;
  for (auto& [_, line] : lines_) {
    if (line.empty() || line.due > now.steady) continue;
    if (!Serve(line, now, most)) return Duration::zero();
  }
  return UntilNext(now.steady);
}

bool FairQueue::Serve(QueueLine& line, Moment now, int& most) {
  while (QueuedCall* const call = line.Next()) {
    if (most-- == 0) return false;
    const QueueAsk& ask = call->ask;
    const auto taken = ask.wants.from->set.Take(ask.wants.demand, now);
    if (!taken.shortage) {
      line.Served(*call, now.steady);
      Grant(*call, taken, now);
      continue;
    }
    if (taken.shortage->spent) {
      call->shortage = *taken.shortage;
      line.Remove(*call);
      Call(*call, TicketState::kSpent);
      continue;
    }
    if (&LineOf(*taken.shortage->limit, now.steady) != &line) {
      Move(*call, *taken.shortage, now.steady);
      continue;
    }
    call->shortage = *taken.shortage;
    line.due = now.steady + std::max(taken.shortage->wait, kSoonest);
    return true;
  }
  line.due = SteadyTime::max();
  return true;
}

void FairQueue::Grant(QueuedCall& call, const MeterSet::Taken& taken, Moment now) {
  call.exceeded = taken.exceeded;
  call.ask.wants.since = now.steady;
  if (observer_) observer_->Granted(call.ask.party.priority, now.steady - call.since, call.eta);
  Call(call, TicketState::kGranted);
}

// Posted under the mutex: the ticket is still there, and with it the loop.
void FairQueue::Call(QueuedCall& call, TicketState state) {
  call.state = state;
  call.mailbox->Post([kept = call.shared_from_this()] {
    if (kept->waiter) kept->waiter->OnCalled();
  });
}

std::optional<Duration> FairQueue::UntilNext(SteadyTime now) {
  std::erase_if(lines_, [now](const auto& each) { return each.second.Old(now); });
  if (lines_.empty()) {
    busy_.store(false, std::memory_order_release);
    return std::nullopt;
  }
  // What only remembers is looked at again when it may be forgotten.
  SteadyTime next = now + std::chrono::seconds(30);
  for (const auto& [_, line] : lines_) {
    if (!line.empty()) next = std::min(next, line.due);
  }
  return std::max(next - now, Duration::zero());
}

}  // namespace inferwire::limits
