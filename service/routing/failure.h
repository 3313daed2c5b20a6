// What a failed attempt means: whether the request may be sent again, and where, and whose fault it
// was. One table for every class of failure (README.md). Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "inferwire/v1/errors.pb.h"

namespace inferwire::routing {

// How sure it is that a repetition is not a second bill, best first.
enum class Proof {
  kRefused,   // no byte was sent, or the answer says that the request was not processed
  kFailed,    // the provider itself reported that it failed: no answer exists
  kAnything,  // nobody answered, or not readably: it may have been billed
  kAnswered,  // it was processed and this is the answer: the same request would get the same
  kOutput,    // some of the answer is with the caller
};

std::string_view Name(Proof proof);  // "refused", ...

// Up to which proof a request is sent again.
enum class Resend { kRefused, kFailed, kAnything };

// What a failure counts against.
enum class Blame {
  kNobody,    // the caller, a coincidence, or us
  kEndpoint,  // the machine that was asked, or the way to it
  kModel,     // this model there
  kKey,       // the key is refused: no further call with it
  kKeyLimit,  // the key is at a limit for this model
};

struct FailedAttempt {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  int http_status = 0;     // 0: no answer came
  bool refused = false;    // Error.safe_to_retry
  bool reported = false;   // in an error of the provider's own, not by silence or a proxy's page
  bool forbidden = false;  // x-should-retry: false
  bool output_began = false;
  bool sent = true;  // a byte of the request had left
  bool reused_connection = false;
  bool certificate = false;  // TLS failed for a reason that will be there next time
  std::optional<std::chrono::milliseconds> retry_after;
};

struct Ruling {
  Proof proof = Proof::kAnswered;
  Blame blame = Blame::kNobody;
  // Where a repetition can help, if the proof suffices.
  bool other_key = false;
  bool other_endpoint = false;
  bool next_target = false;
  bool same_target = false;
  // The first repetition at the same target need not wait: the connection was an old one.
  bool at_once = false;
  // Only a target whose context window is larger, or not known.
  bool needs_larger_window = false;
  // Only where the route lists it in `also_on`.
  bool only_if_listed = false;
  // How long what is blamed takes no calls, whatever the breaker says; unset: it goes on.
  std::optional<std::chrono::milliseconds> blocked;
};

Ruling Judge(const FailedAttempt& failed);

// Whether a failure of this proof is sent again. unbilled: the upstream's requests cost no money.
bool Covers(Resend resend, Proof proof, bool unbilled);

}  // namespace inferwire::routing
