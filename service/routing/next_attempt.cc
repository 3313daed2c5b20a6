#include "routing/next_attempt.h"

#include <algorithm>

#include "base/backoff.h"

namespace inferwire::routing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFirstWait = milliseconds(500), kMostWait = seconds(8);
constexpr Duration kLongestRetryAfter = seconds(20);
constexpr Duration kLeastMargin = milliseconds(20);  // to tell the caller, and 2 %

NextAttempt Denied(std::string_view why) {
  NextAttempt next;
  next.denied = why;
  return next;
}

// Whether an attempt that begins after so long, and takes what is expected, can end in time.
bool InTime(const AttemptSituation& situation, Duration wait, Duration expected) {
  const Duration margin = std::max(kLeastMargin, situation.time_left / 50);
  const Duration left = situation.time_left - margin - wait;
  return left > Duration::zero() && left >= expected;
}

// Unset: the provider wants more time than there is.
std::optional<Duration> WaitHere(const Ruling& ruling, std::optional<milliseconds> retry_after,
                                 const AttemptSituation& situation, Random& random) {
  const int64_t number = situation.repeats_here + 1;
  if (!retry_after) {
    if (ruling.at_once && number == 1) return Duration::zero();
    return FullJitterBackoff(kFirstWait, kMostWait, number, random);
  }
  const Duration asked = std::max(Duration(*retry_after), Duration::zero());
  if (asked > std::min(kLongestRetryAfter, situation.time_left / 2)) return std::nullopt;
  // Those that were told the same do not come back together.
  const Duration spread = std::max(asked / 2, Backoff(kFirstWait, kMostWait, number));
  return asked + std::chrono::duration_cast<Duration>(spread * random.Uniform());
}

}  // namespace

NextAttempt Decide(const Ruling& ruling, std::optional<milliseconds> retry_after,
                   const AttemptSituation& situation, Random& random,
                   const std::function<bool()>& take_token) {
  using Where = NextAttempt::Where;
  if (ruling.proof == Proof::kOutput) return {};
  const bool to_key = ruling.other_key && situation.has_other_key;
  const bool to_endpoint = ruling.other_endpoint && situation.has_other_endpoint;
  const bool to_next = ruling.next_target && situation.has_next_target &&
                       (!ruling.only_if_listed || situation.listed);
  const bool to_same = ruling.same_target && !situation.client_repeats;
  if (!to_key && !to_endpoint && !to_next && !to_same) return {};
  // What the route lists is its author's word that it may be asked for, and paid for, again.
  const bool listed = ruling.only_if_listed && situation.listed;
  if (!listed && !Covers(situation.resend, ruling.proof, situation.unbilled)) {
    return Denied("proof");
  }

  std::string_view denied = "attempts";
  if (to_key && situation.key_changes < situation.max_key_changes) {
    if (InTime(situation, Duration::zero(), situation.expected)) return {Where::kOtherKey};
    denied = "deadline";
  }
  if (situation.attempts >= situation.max_attempts) return Denied(denied);
  if (to_endpoint) {
    if (InTime(situation, Duration::zero(), situation.expected)) return {Where::kOtherEndpoint};
    denied = "deadline";
  }
  if (to_next) {
    if (InTime(situation, Duration::zero(), situation.expected_next)) return {Where::kNextTarget};
    denied = "deadline";
  }
  if (!to_same) return Denied(denied);
  const std::optional<Duration> wait = WaitHere(ruling, retry_after, situation, random);
  if (!wait || !InTime(situation, *wait, situation.expected)) return Denied("deadline");
  if (!take_token()) return Denied(kDeniedByBudget);
  return {Where::kSameTarget, *wait};
}

}  // namespace inferwire::routing
