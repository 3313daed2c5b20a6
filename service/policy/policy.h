// What decides whether a call may go on, and hears how it ended. Knows nothing of gRPC, HTTP or
// OpenAI.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/result.h"
#include "gateway/admitted.h"
#include "gateway/caller_counts.h"
#include "gateway/priority.h"
#include "limits/reservation.h"
#include "limits/ticket.h"
#include "tenancy/model_names.h"
#include "tenancy/principal.h"

namespace inferwire::policy {

// A call as policies see it. Owned by the call's own machine; a policy may complete it in Admit.
struct Call {
  std::string_view operation{};  // chat, raw; a literal
  std::string model{};           // as the caller names it; empty if there is none
  std::string user{};            // the end user, as the caller names it; empty if it names none
  std::string peer{};
  gateway::CallerKey caller{};  // whom it is counted for
  gateway::Priority priority = gateway::Priority::kInteractive;
  std::string_view access{};  // what has to be allowed for it (tenancy::Operation); a literal
  const tenancy::Principal* principal = nullptr;  // null: nobody is asked who he is
  const tenancy::ModelNames* models = nullptr;    // what `model` stands for; null: for itself
  bool streaming = false;
  bool session = false;                         // it lasts as long as its caller likes
  bool answered_here = false;                   // from memory: nobody is waited for
  std::optional<SteadyTime> caller_deadline{};  // unset: the caller set none
  SteadyTime deadline{};                        // set by Deadlines; what the call is held to
  int64_t request_bytes = 0;
  limits::OutputBound output{};    // what the request says of it
  bool unmetered = false;          // callers' limits and budgets do not hold for it
  bool costs_nothing = false;      // budgets do not
  bool for_viewers = false;        // for who calls no models too
  bool include_limits = false;     // the caller wants to hear of every limit
  limits::Reservation reserved{};  // set by Quota
  gateway::Admitted admitted{};    // the same
  // It waited for room: so long, and what it needs is taken already.
  bool granted = false;
  Duration queued_for{};
};

// How a call may wait for room: by which mailbox it is told, its loop's, and how long at most.
struct Waiting {
  Mailbox& mailbox;
  std::optional<Duration> longest{};  // as the caller wants it; unset: as the server does
};

// How an admitted call ended.
struct Settlement {
  Code code = Code::kOk;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  bool sent_upstream = false;  // it may have been billed
  // As the upstream reported them; of a call that failed and may be billed, perhaps estimates.
  std::optional<int64_t> input_tokens{};
  std::optional<int64_t> output_tokens{};
  std::optional<int64_t> picousd{};
  // Besides: what attempts may be billed that failed before another one answered.
  struct Spent {
    int64_t input_tokens = 0, output_tokens = 0;
    int64_t picousd = 0;
  };
  Spent failed_attempts{};
};

// Thread-safe: all loops use the same policies, and neither function may wait for anything.
class Policy {
 public:
  virtual ~Policy() = default;
  // The error is what the caller gets. After an error this policy hears no more of the call.
  virtual Result<void> Admit(Call& call) = 0;
  // As Admit; but a call for which there is no room now may get a ticket instead, and waits. It
  // is not admitted then, and holds nothing.
  virtual Result<limits::Ticket> AdmitOrPark(Call& call, const Waiting&) {
    auto admitted = Admit(call);
    return admitted ? Result<limits::Ticket>(limits::Ticket()) : std::move(admitted.error());
  }
  // A ticket of this policy got what its call needs.
  virtual void Granted(const limits::Ticket&) {}
  // Why a call that had this policy's ticket is not let in, or has waited long enough.
  virtual Error TurnAway(const Call&, const limits::Ticket&) { return {}; }
  // Once for every call that was admitted, with the same Call.
  virtual void Settle(const Call& call, const Settlement& settlement) = 0;
};

}  // namespace inferwire::policy
