// What follows a failed attempt: another key, another endpoint, another target, the same one after
// a while, or the error. Pure but for the budget's token.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "routing/failure.h"

namespace inferwire::routing {

struct AttemptSituation {
  Resend resend = Resend::kFailed;
  bool unbilled = false;  // the upstream's requests cost nothing
  int attempts = 1;       // made, other keys not counted
  int max_attempts = 3;
  int repeats_here = 0;  // made at this target, after its first
  int key_changes = 0, max_key_changes = 0;
  bool has_other_key = false;       // one that is available now
  bool has_other_endpoint = false;  // the same, of the same upstream
  bool has_next_target = false;     // with a larger window, if the ruling needs it
  bool listed = false;              // the route lists the reason in `also_on`
  bool client_repeats = false;      // the caller's own library repeats (grpc-previous-rpc-attempts)
  Duration time_left{};             // until the call's deadline
  Duration expected{};              // what this target takes to answer; zero: not known
  Duration expected_next{};         // the same of the next one
};

// NextAttempt::denied where the upstream's retry budget has nothing left.
inline constexpr std::string_view kDeniedByBudget = "budget";

struct NextAttempt {
  enum class Where { kNowhere, kOtherKey, kOtherEndpoint, kSameTarget, kNextTarget };
  Where where = Where::kNowhere;
  Duration wait{};  // before kSameTarget
  // Of kNowhere: "" (not to be repeated), "proof", "attempts", "deadline", "budget"; a literal.
  std::string_view denied{};
};

// take_token: asked only when a repetition at the same target is all that is left.
NextAttempt Decide(const Ruling& ruling, std::optional<std::chrono::milliseconds> retry_after,
                   const AttemptSituation& situation, Random& random,
                   const std::function<bool()>& take_token);

}  // namespace inferwire::routing
