// What the queue knows of a call that waits.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mailbox.h"
#include "limits/meter_set.h"
#include "limits/reservation.h"
#include "limits/ticket.h"

namespace inferwire::limits {

class QueueLine;
struct QueueFlow;

// Whose call it is: calls of the same party are served in the order in which they came, different
// parties take turns by their weights. The teams of a tenant share the tenant's weight. The texts
// live as long as the call.
struct QueueParty {
  std::string_view tenant{}, team{};
  int priority = 0;                 // a number of it, from 0 on
  int64_t share = 1;                // what it weighs
  int64_t percent_of_bounds = 100;  // of the queue: the rest is kept for those who cannot wait
  int64_t tenant_weight = 1, team_weight = 1;
};

// What a call that wants to wait says of itself.
struct QueueAsk {
  Reservation wants{};  // nothing of it is taken while the call waits
  QueueParty party{};
  std::string_view key{};  // with the party, the user and the model: whose limits `wants` is of
  std::string user{}, model{};
  int64_t bytes = 0;   // that are held for it
  Duration longest{};  // that it may wait; beyond an estimate that is longer it does not begin to
  // A meter that has leased nothing yet may have room at any moment: there is no estimate.
  bool first_lease = false;
};

// Shared by its ticket and by what is posted to its loop. All but the last two members belong to
// the queue, under its mutex.
struct QueuedCall : std::enable_shared_from_this<QueuedCall> {
  QueueAsk ask;
  uint64_t number = 0;  // in the order of arrival
  SteadyTime since{};
  Duration eta{};       // as it was when the call came
  Shortage shortage{};  // of the limit that it waits for
  int64_t amount = 0;   // of that limit's unit
  TicketState state = TicketState::kWaiting;
  std::vector<const Limit*> exceeded;  // once granted: limits that only warn

  QueueLine* line = nullptr;  // null: it waits no more
  QueueFlow* flow = nullptr;
  std::list<QueuedCall*>::iterator place;

  Mailbox* mailbox = nullptr;
  Waiter* waiter = nullptr;  // on the loop's thread only; null: the ticket is gone
};

}  // namespace inferwire::limits
