// A call that waits for room under its limits, from its parking until it goes on or is turned away:
// what both the calls and the items of a stream have while they wait. It lives on the call's loop;
// destroying it gives the wait up and leaves nothing behind.
#pragma once

#include "base/error.h"
#include "base/timers.h"
#include "limits/ticket.h"
#include "policy/chain.h"

namespace inferwire::policy {

class ParkedCall final : private limits::Waiter {
 public:
  // The call's side. It may destroy the parked call from within OnAdmitted and OnTurnedAway.
  class Observer {
   public:
    virtual ~Observer() = default;
    // It goes on. The call says how long it has waited.
    virtual void OnAdmitted(Admission admission) = 0;
    virtual void OnTurnedAway(Error error) = 0;
    // Whether it wants to know where it stands: when it begins to wait, and then once a second.
    virtual bool ListensToStanding() { return false; }
    virtual void OnStanding(const limits::Standing&) {}
  };

  // The chain has parked the call. Both outlive this.
  ParkedCall(const Chain& chain, Call& call, Parked parked, Timers& timers, Observer& observer);

 private:
  void OnCalled() override;
  void OnTime();
  void TellStanding();
  void TurnAway(limits::QueueLeft how);

  const Chain& chain_;
  Call& call_;
  Timers& timers_;
  Observer& observer_;
  Parked parked_;
  Timer end_, tell_;
};

}  // namespace inferwire::policy
