#include "limits/ticket.h"

#include <utility>

#include "limits/fair_queue.h"
#include "limits/queued_call.h"

namespace inferwire::limits {

Ticket::Ticket(std::shared_ptr<FairQueue> queue, std::shared_ptr<QueuedCall> call)
    : queue_(std::move(queue)), call_(std::move(call)) {}

Ticket::Ticket(Ticket&& other) noexcept = default;

Ticket& Ticket::operator=(Ticket&& other) noexcept {
  Ticket taken(std::move(other));
  std::swap(queue_, taken.queue_);
  std::swap(call_, taken.call_);
  return *this;  // what was held here goes with `taken`
}

void Ticket::Tell(Waiter& waiter) { call_->waiter = &waiter; }
TicketState Ticket::state() const { return queue_->StateOf(*call_); }
Standing Ticket::standing() const { return queue_->StandingOf(*call_); }
SteadyTime Ticket::since() const { return call_->since; }
SteadyTime Ticket::until() const { return call_->since + call_->ask.longest; }
const Reservation& Ticket::granted() const { return call_->ask.wants; }
const std::vector<const Limit*>& Ticket::exceeded() const { return call_->exceeded; }

void Ticket::Keep() { Leave(QueueLeft::kServed); }

void Ticket::Leave(QueueLeft how) {
  if (!call_) return;
  call_->waiter = nullptr;
  queue_->Leave(*call_, how);
  call_.reset();
  queue_.reset();
}

}  // namespace inferwire::limits
