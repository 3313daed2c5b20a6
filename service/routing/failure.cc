#include "routing/failure.h"

namespace inferwire::routing {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Where another attempt can help, as letters that are easy to read in a row.
struct Places {
  bool key = false, endpoint = false, next = false, same = false;
};
constexpr Places kNone{};
constexpr Places kElsewhere{.endpoint = true, .next = true};
constexpr Places kAnywhere{.endpoint = true, .next = true, .same = true};
constexpr Places kOtherKeyOrTarget{.key = true, .next = true};
constexpr Places kNextOnly{.next = true};

Ruling Make(Proof proof, const Places& places, Blame blame) {
  Ruling ruling;
  ruling.proof = proof;
  ruling.blame = blame;
  ruling.other_key = places.key;
  ruling.other_endpoint = places.endpoint;
  ruling.next_target = places.next;
  ruling.same_target = places.same;
  return ruling;
}

Ruling Never() { return Make(Proof::kAnswered, kNone, Blame::kNobody); }

Ruling IfListed() {
  Ruling ruling = Make(Proof::kAnswered, kNextOnly, Blame::kNobody);
  ruling.only_if_listed = true;
  return ruling;
}

// A refusal, a failure by the provider's own word, or neither.
Proof ProofOf(const FailedAttempt& failed) {
  if (failed.refused) return Proof::kRefused;
  return failed.reported ? Proof::kFailed : Proof::kAnything;
}

// A status by which a proxy says that it does not know what became of the request, in whatever
// words.
bool IsProxys(int status) {
  return status == 502 || status == 504 || status == 520 || status == 522 || status == 524;
}

Ruling Unreachable(const FailedAttempt& failed) {
  if (failed.http_status != 0) {
    return Make(failed.refused ? Proof::kRefused : Proof::kAnything, kAnywhere, Blame::kEndpoint);
  }
  // A connection that the other side had closed: nothing is wrong with it.
  const Blame blame = failed.reused_connection ? Blame::kNobody : Blame::kEndpoint;
  if (failed.refused || !failed.sent) {
    Ruling ruling = Make(Proof::kRefused, failed.certificate ? kElsewhere : kAnywhere, blame);
    ruling.at_once = failed.reused_connection;
    return ruling;
  }
  return Make(Proof::kAnything, failed.reused_connection ? kAnywhere : kElsewhere, blame);
}

Ruling Timeout(const FailedAttempt& failed) {
  if (failed.http_status == 0 && !failed.sent) return Unreachable(failed);  // while it connected
  if (failed.http_status == 0) return Make(Proof::kAnything, kElsewhere, Blame::kEndpoint);
  if (failed.http_status == 408) return Make(ProofOf(failed), kAnywhere, Blame::kNobody);
  return Make(failed.refused ? Proof::kRefused : Proof::kAnything, kAnywhere, Blame::kEndpoint);
}

Ruling Overloaded(const FailedAttempt& failed) {
  const bool known = failed.refused || !IsProxys(failed.http_status);
  Ruling ruling = Make(known ? ProofOf(failed) : Proof::kAnything, kAnywhere, Blame::kEndpoint);
  if (failed.refused) ruling.blocked = failed.retry_after;
  return ruling;
}

Ruling RateLimited(const FailedAttempt& failed) {
  // Larger than the limit itself: no waiting helps, and smaller calls fit.
  if (!failed.refused && !failed.forbidden) {
    return Make(Proof::kRefused, kOtherKeyOrTarget, Blame::kNobody);
  }
  Ruling ruling =
      Make(Proof::kRefused, {.key = true, .next = true, .same = true}, Blame::kKeyLimit);
  ruling.blocked = failed.retry_after;
  return ruling;
}

Ruling Blocked(const Places& places, Blame blame, std::chrono::milliseconds blocked) {
  Ruling ruling = Make(Proof::kRefused, places, blame);
  ruling.blocked = blocked;
  return ruling;
}

// Before any output, and as if nothing forbade it. No default: a new reason has to be put
// somewhere.
Ruling ByReason(const FailedAttempt& failed) {
  const bool answered = failed.http_status != 0;  // the upstream said it, not we
  switch (failed.reason) {
    // The caller's fault, ours, or over.
    case v1::ERROR_REASON_UNSPECIFIED:
    case v1::ERROR_REASON_INVALID_PARAMETER:
    case v1::ERROR_REASON_INVALID_JSON_FIELD:
    case v1::ERROR_REASON_EXTRA_CONFLICT:
    case v1::ERROR_REASON_UNKNOWN_PROTO_FIELD:
    case v1::ERROR_REASON_REQUEST_TOO_LARGE:
    case v1::ERROR_REASON_INVALID_PROTO:
    case v1::ERROR_REASON_INVALID_CREDENTIALS:
    case v1::ERROR_REASON_CREDENTIALS_REQUIRED:
    case v1::ERROR_REASON_CREDENTIALS_EXPIRED:
    case v1::ERROR_REASON_OPERATION_NOT_ALLOWED:
    case v1::ERROR_REASON_TENANT_DISABLED:
    case v1::ERROR_REASON_OUTPUT_LIMIT_NOT_ALLOWED:
    case v1::ERROR_REASON_CALLER_NOT_ALLOWED:
    case v1::ERROR_REASON_DUPLICATE_ITEM:
    case v1::ERROR_REASON_IDEMPOTENCY_KEY_REUSED:
    case v1::ERROR_REASON_IDEMPOTENT_RESULT_GONE:
    case v1::ERROR_REASON_IDEMPOTENT_IN_PROGRESS:
    case v1::ERROR_REASON_IDEMPOTENT_OUTCOME_UNKNOWN:
    case v1::ERROR_REASON_PATH_NOT_ALLOWED:
    case v1::ERROR_REASON_ROUTE_OVERRIDE_NOT_ALLOWED:
    case v1::ERROR_REASON_NO_TARGET_WITH_TAGS:
    case v1::ERROR_REASON_RESOURCE_NOT_FOUND:
    case v1::ERROR_REASON_MODEL_ENDED:
    case v1::ERROR_REASON_BUDGET_EXCEEDED:
    case v1::ERROR_REASON_TENANT_RATE_LIMITED:
    case v1::ERROR_REASON_CONCURRENCY_LIMITED:
    case v1::ERROR_REASON_QUEUE_FULL:
    case v1::ERROR_REASON_CLIENT_RETRY_LIMITED:
    case v1::ERROR_REASON_STORE_BUDGET_EXCEEDED:
    case v1::ERROR_REASON_WRONG_STATE:
    case v1::ERROR_REASON_MODEL_LACKS_FEATURE:
    case v1::ERROR_REASON_CIRCUIT_OPEN:
    case v1::ERROR_REASON_GATEWAY_DRAINING:
    case v1::ERROR_REASON_STORE_UNAVAILABLE:
    case v1::ERROR_REASON_RESPONSE_TOO_LARGE:
    case v1::ERROR_REASON_DEADLINE:
    case v1::ERROR_REASON_BATCH_EXPIRED:
    case v1::ERROR_REASON_CANCELLED:
    case v1::ErrorReason_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::ErrorReason_INT_MAX_SENTINEL_DO_NOT_USE_:
      return Never();

    // No descriptor was left, or libcurl refused to begin.
    case v1::ERROR_REASON_GATEWAY_OVERLOADED:
    case v1::ERROR_REASON_GATEWAY_ERROR:
      if (failed.sent || answered) return Never();
      return Make(Proof::kRefused, kAnywhere, Blame::kNobody);

    case v1::ERROR_REASON_UNSUPPORTED_PARAMETER:
    case v1::ERROR_REASON_CONTENT_POLICY_VIOLATION:
      return IfListed();
    case v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED: {
      Ruling ruling = Make(Proof::kRefused, kNextOnly, Blame::kNobody);
      ruling.needs_larger_window = true;
      return ruling;
    }

    // The key's.
    case v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED:
      return Make(Proof::kRefused, kOtherKeyOrTarget, Blame::kKey);
    case v1::ERROR_REASON_UPSTREAM_PERMISSION_DENIED:
      // A firewall's page may be about the prompt: no key is removed for that.
      return Make(Proof::kRefused, kOtherKeyOrTarget,
                  failed.reported ? Blame::kKey : Blame::kNobody);
    case v1::ERROR_REASON_INSUFFICIENT_QUOTA:
      return Blocked(kOtherKeyOrTarget, Blame::kKey, minutes(10));
    case v1::ERROR_REASON_RATE_LIMITED:
      return answered ? RateLimited(failed) : Never();
    case v1::ERROR_REASON_MODEL_NOT_ALLOWED:  // of this key, if the upstream said it
      return answered ? Blocked(kOtherKeyOrTarget, Blame::kKeyLimit, seconds(60)) : Never();

    // The model's.
    case v1::ERROR_REASON_REGION_NOT_SUPPORTED:
      return Make(Proof::kRefused, kOtherKeyOrTarget, Blame::kModel);
    case v1::ERROR_REASON_MODEL_NOT_FOUND:
      return answered ? Blocked(kNextOnly, Blame::kModel, seconds(60)) : Never();
    case v1::ERROR_REASON_UPSTREAM_NOT_FOUND:  // of a path: a caller may have had a part in it
    case v1::ERROR_REASON_UNSUPPORTED_ENDPOINT:
      return answered ? Make(Proof::kRefused, kNextOnly, Blame::kNobody) : Never();
    case v1::ERROR_REASON_UPSTREAM_ERROR:
      return Make(ProofOf(failed), kAnywhere, Blame::kModel);
    case v1::ERROR_REASON_UPSTREAM_PROTOCOL:
      return answered ? Make(Proof::kAnything, kNextOnly, Blame::kModel)
                      : Make(Proof::kAnything, kElsewhere, Blame::kEndpoint);

    // The place's.
    case v1::ERROR_REASON_UPSTREAM_OVERLOADED:
      return Overloaded(failed);
    case v1::ERROR_REASON_UPSTREAM_UNREACHABLE:
      return Unreachable(failed);
    case v1::ERROR_REASON_UPSTREAM_TIMEOUT:
      return Timeout(failed);
    case v1::ERROR_REASON_STREAM_TRUNCATED:
      return Make(Proof::kAnything, kElsewhere, Blame::kEndpoint);

    case v1::ERROR_REASON_CONFLICT:
      return Make(ProofOf(failed), kAnywhere, Blame::kNobody);

    // The upstream has worked on it, and has said all that it will.
    case v1::ERROR_REASON_RESPONSE_FAILED:
    case v1::ERROR_REASON_SESSION_ENDED:
      return Never();
  }
  return Never();  // a number that this version does not know
}

}  // namespace

Ruling Judge(const FailedAttempt& failed) {
  Ruling ruling = ByReason(failed);
  if (failed.output_began) {
    // It broke off, whatever its words.
    const Blame blame = ruling.blame == Blame::kModel ? Blame::kEndpoint : ruling.blame;
    const auto blocked = ruling.blocked;
    ruling = Make(Proof::kOutput, kNone, blame);
    if (blame == Blame::kKey || blame == Blame::kKeyLimit) ruling.blocked = blocked;
  }
  if (failed.forbidden) {
    ruling.other_endpoint = ruling.next_target = ruling.same_target = false;
    ruling.at_once = ruling.needs_larger_window = ruling.only_if_listed = false;
  }
  return ruling;
}

std::string_view Name(Proof proof) {
  constexpr std::string_view kNames[] = {"refused", "failed", "anything", "answered", "output"};
  return kNames[static_cast<size_t>(proof)];
}

bool Covers(Resend resend, Proof proof, bool unbilled) {
  switch (proof) {
    case Proof::kRefused:
      return true;
    case Proof::kFailed:
      return unbilled || resend >= Resend::kFailed;
    case Proof::kAnything:
      return unbilled || resend == Resend::kAnything;
    case Proof::kAnswered:
    case Proof::kOutput:
      return false;
  }
  return false;
}

}  // namespace inferwire::routing
