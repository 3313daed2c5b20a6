// A queue whose time, mailbox and turns are in the test's hand, and calls that ask it as a policy
// does.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limits/fair_queue.h"
#include "support/manual_clock.h"

namespace inferwire::limits {

inline std::shared_ptr<FlowMeter> NewFlow() { return std::make_shared<FlowMeter>(); }
inline std::shared_ptr<StockMeter> NewStock() { return std::make_shared<StockMeter>(); }

inline Limit FlowOf(LimitKind kind, int64_t per_minute, std::shared_ptr<FlowMeter> meter,
                    Duration burst = std::chrono::seconds(60), std::string scope = "tenant/acme") {
  return {kind, std::move(scope), "", Flow{FlowLimit(per_minute, burst), std::move(meter)}};
}

inline Limit Concurrent(int64_t amount, std::shared_ptr<StockMeter> meter) {
  return {LimitKind::kConcurrentCalls, "tenant/acme", "",
          Stock{StockLimit{amount, std::nullopt}, std::move(meter)}};
}

inline std::shared_ptr<const Allowance> AllowanceOf(std::vector<Limit> limits) {
  auto allowance = std::make_shared<Allowance>();
  allowance->set = MeterSet(std::move(limits));
  allowance->experience = std::make_shared<Experience>();
  return allowance;
}

// One call, from its asking to its end.
class WaitingCall final : public Waiter {
 public:
  enum class How { kNotAsked, kTaken, kWaits, kRefused };

  void OnCalled() override { called = ticket.state(); }
  bool granted() const { return called == TicketState::kGranted; }

  How how = How::kNotAsked;
  FairQueue::Joined joined;
  Ticket ticket;
  std::optional<TicketState> called;
  std::optional<Shortage> shortage;
};

class QueueWorld : public QueueObserver {
 public:
  using Who = QueueParty;

  void Waits(int, int64_t bytes) override { ++waiting, bytes_held += bytes; }
  void Left(int, QueueLeft how, int64_t bytes) override {
    --waiting, bytes_held -= bytes;
    left.push_back(how);
  }
  void Granted(int, Duration waited, Duration expected) override {
    waits.emplace_back(expected, waited);
  }
  void Full(QueueBound bound) override { full.push_back(bound); }

  Moment now() const { return Moment::Of(clock); }

  // A call of this party comes.
  std::unique_ptr<WaitingCall> Come(const std::shared_ptr<const Allowance>& from,
                                    const QueueParty& who, Demand demand = {},
                                    Duration longest = std::chrono::hours(1), int64_t bytes = 100) {
    auto call = std::make_unique<WaitingCall>();
    Reservation wants;
    wants.from = from;
    wants.demand = demand;
    const auto taken = queue->Take(wants, who, now());
    call->shortage = taken.shortage;
    if (!taken.shortage) {
      call->how = WaitingCall::How::kTaken;
      return call;
    }
    call->how = WaitingCall::How::kRefused;
    if (taken.shortage->spent) return call;
    QueueAsk ask;
    ask.wants = wants;
    ask.party = who;
    ask.longest = longest;
    ask.bytes = bytes;
    call->joined = queue->Join(std::move(ask), *taken.shortage, mailbox);
    if (!call->joined.ticket) return call;
    call->ticket = std::move(call->joined.ticket);
    call->ticket.Tell(*call);
    call->how = WaitingCall::How::kWaits;
    return call;
  }
  // Everything that can happen now happens.
  void RunTurns() {
    while (queue->Turn() == Duration::zero()) {
    }
    mailbox.Run();
  }
  void Pass(Duration time) {
    clock.Advance(time);
    RunTurns();
  }

  ManualClock clock;
  Mailbox mailbox{[] {}};
  std::shared_ptr<FairQueue> queue = std::make_shared<FairQueue>(clock, this);
  int waiting = 0;
  int64_t bytes_held = 0;
  std::vector<QueueLeft> left;
  std::vector<QueueBound> full;
  std::vector<std::pair<Duration, Duration>> waits;  // expected and real
};

}  // namespace inferwire::limits
