// A call's place in the queue, held by the call on its own loop. Destroying it leaves the queue,
// and gives back what was granted and not kept: a call that ends while it waits, however that
// comes, leaves nothing behind.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "limits/meter_set.h"
#include "limits/reservation.h"

namespace inferwire::limits {

class FairQueue;
struct QueuedCall;

enum class TicketState {
  kWaiting,
  kGranted,  // all limits have taken the call
  kSpent,    // a limit is used up: waiting is of no use any more
  kClosed,   // the process ends: nobody waits any more
};

// How a call left the queue.
enum class QueueLeft { kServed, kExpired, kCancelled, kRefused };

// Whoever waits. Called on its own loop, once, when the ticket's state has changed; it outlives the
// ticket.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void OnCalled() = 0;
};

// Where a call stands.
struct Standing {
  int position = 0;                         // calls of the same tenant and priority before it
  Duration eta{};                           // from now on
  Shortage shortage;                        // what it waits for
  std::shared_ptr<const Allowance> from{};  // keeps the limit in there
};

// Not thread-safe; of the loop that the call lives on. The queue may be gone before it.
class Ticket {
 public:
  Ticket() = default;
  Ticket(Ticket&& other) noexcept;
  Ticket& operator=(Ticket&& other) noexcept;
  ~Ticket() { Leave(QueueLeft::kCancelled); }

  explicit operator bool() const { return call_ != nullptr; }
  // Before the loop's mailbox runs next.
  void Tell(Waiter& waiter);
  TicketState state() const;
  Standing standing() const;
  SteadyTime since() const;
  // When it has waited as long as it may.
  SteadyTime until() const;

  // Of a granted one: what was taken, and the limits that only warn and were exceeded.
  const Reservation& granted() const;
  const std::vector<const Limit*>& exceeded() const;
  // What was granted is the caller's now, to be settled as any other.
  void Keep();
  void Leave(QueueLeft how);

 private:
  friend class FairQueue;
  Ticket(std::shared_ptr<FairQueue> queue, std::shared_ptr<QueuedCall> call);

  std::shared_ptr<FairQueue> queue_;  // with the counts of the process
  std::shared_ptr<QueuedCall> call_;  // with what was posted
};

}  // namespace inferwire::limits
