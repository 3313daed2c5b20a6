// A world in which so many calls run at once and further ones wait: the queue, its turns and the
// loop's mailbox are in the test's hand.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "call_fixture.h"
#include "limits/fair_queue.h"
#include "policy/chain.h"
#include "policy/deadlines/deadlines.h"

namespace inferwire::rpc {

// Lets in so many calls at once; the others wait as long as they may, two seconds if they do not
// say it.
class Gate final : public policy::Policy {
 public:
  Gate(std::shared_ptr<limits::FairQueue> queue, std::shared_ptr<const limits::Allowance> allowance,
       const Clock& clock)
      : queue_(std::move(queue)), allowance_(std::move(allowance)), clock_(clock) {}

  Result<void> Admit(policy::Call& call) override {
    return call.granted ? Result<void>() : Result<void>(NoRoom());
  }
  Result<limits::Ticket> AdmitOrPark(policy::Call& call, const policy::Waiting& waiting) override {
    limits::Reservation wants;
    wants.from = allowance_;
    const auto taken = queue_->Take(wants, {}, limits::Moment::Of(clock_));
    if (!taken.shortage) {
      call.reserved = wants;
      return limits::Ticket();
    }
    limits::QueueAsk ask;
    ask.wants = wants;
    ask.longest = waiting.longest.value_or(std::chrono::seconds(2));
    ask.bytes = call.request_bytes;
    auto joined = queue_->Join(std::move(ask), *taken.shortage, waiting.mailbox);
    if (!joined.ticket) return NoRoom();
    return std::move(joined.ticket);
  }
  Error TurnAway(const policy::Call&, const limits::Ticket& ticket) override {
    Error error = NoRoom();
    if (ticket.state() == limits::TicketState::kClosed) {
      error.code = Code::kUnavailable;
      error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
    }
    return error;
  }
  void Settle(const policy::Call& call, const policy::Settlement&) override {
    if (!call.reserved.from) return;
    allowance_->set.Settle({}, {}, limits::Moment::Of(clock_));
    queue_->Settled(allowance_->set);
  }

 private:
  static Error NoRoom() {
    Error error;
    error.code = Code::kResourceExhausted;
    error.reason = v1::ERROR_REASON_CONCURRENCY_LIMITED;
    error.message = "no room";
    error.safe_to_retry = true;
    return error;
  }

  const std::shared_ptr<limits::FairQueue> queue_;
  const std::shared_ptr<const limits::Allowance> allowance_;
  const Clock& clock_;
};

struct ParkedWorld : World {
  explicit ParkedWorld(int64_t at_once) : limit(at_once), chain(Policies()) {
    services = std::make_shared<const CallServices>(
        CallServices{World::services->runtime, chain, log, World::limits, live, &memory});
  }

  // All that can happen now but for the upstream and the caller.
  void Run() {
    while (queue->Turn() == Duration::zero()) {
    }
    mailbox.Run();
    timers.FireDue();
  }
  void Pass(Duration time) {
    clock.Advance(time);
    Run();
  }
  int64_t held() {
    return meter->LevelNow({limit, std::nullopt}, inferwire::limits::Moment::Of(clock)).reserved;
  }

  const int64_t limit;
  const std::shared_ptr<inferwire::limits::FairQueue> queue =
      std::make_shared<inferwire::limits::FairQueue>(clock);
  const std::shared_ptr<inferwire::limits::StockMeter> meter =
      std::make_shared<inferwire::limits::StockMeter>();
  policy::Chain chain;

 private:
  policy::Chain Policies() {
    auto allowance = std::make_shared<inferwire::limits::Allowance>();
    allowance->set = inferwire::limits::MeterSet(
        {{inferwire::limits::LimitKind::kConcurrentCalls, "team/acme/search", "",
          inferwire::limits::Stock{{limit, std::nullopt}, meter}}});
    std::vector<std::unique_ptr<policy::Policy>> policies;
    policies.push_back(std::make_unique<policy::Concurrency>(1000, in_flight));
    policies.push_back(std::make_unique<policy::Deadlines>(policy::Deadlines::Limits{}, clock));
    policies.push_back(std::make_unique<Gate>(queue, std::move(allowance), clock));
    return policy::Chain(std::move(policies));
  }
};

}  // namespace inferwire::rpc
