#include "policy/parked_call.h"

#include <chrono>
#include <utility>

namespace inferwire::policy {
namespace {

constexpr std::chrono::seconds kTellEvery{1};

}  // namespace

ParkedCall::ParkedCall(const Chain& chain, Call& call, Parked parked, Timers& timers,
                       Observer& observer)
    : chain_(chain),
      call_(call),
      timers_(timers),
      observer_(observer),
      parked_(std::move(parked)),
      end_(timers, [this] { OnTime(); }),
      tell_(timers, [this] { TellStanding(); }) {
  parked_.ticket.Tell(*this);
  end_.Set(parked_.ticket.until());
  if (observer_.ListensToStanding()) TellStanding();
}

void ParkedCall::TellStanding() {
  tell_.Set(timers_.Now() + kTellEvery);
  observer_.OnStanding(parked_.ticket.standing());
}

void ParkedCall::OnTime() {
  // What is on its way already is as good as here.
  if (parked_.ticket.state() == limits::TicketState::kWaiting) {
    TurnAway(limits::QueueLeft::kExpired);
  }
}

void ParkedCall::OnCalled() {
  if (parked_.ticket.state() != limits::TicketState::kGranted) {
    return TurnAway(limits::QueueLeft::kRefused);
  }
  end_.Cancel();
  tell_.Cancel();
  call_.queued_for = timers_.Now() - parked_.ticket.since();
  parked_.by->Granted(parked_.ticket);
  auto admitted = chain_.AdmitGranted(call_, parked_.ticket);
  if (!admitted) return observer_.OnTurnedAway(std::move(admitted.error()));  // may delete this
  observer_.OnAdmitted(std::move(*admitted));                                 // as well
}

void ParkedCall::TurnAway(limits::QueueLeft how) {
  end_.Cancel();
  tell_.Cancel();
  call_.queued_for = timers_.Now() - parked_.ticket.since();
  Error error = parked_.by->TurnAway(call_, parked_.ticket);
  parked_.ticket.Leave(how);
  observer_.OnTurnedAway(std::move(error));  // may delete this
}

}  // namespace inferwire::policy
