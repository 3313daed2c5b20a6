#include "openai/error.h"

#include <algorithm>
#include <string>
#include <utility>

#include "openai/error_body.h"
#include "openai/error_details.h"
#include "openai/error_table.h"
#include "openai/retry_after.h"
#include "openai/scrub.h"
#include "openai/token_counts.h"

namespace inferwire::openai {
namespace {

constexpr size_t kMaxMessageBytes = 1024;
constexpr std::chrono::seconds kDescriptorsRetryAfter{1};
constexpr size_t kMaxPageBytes = 200;  // shown of a body that is no error object

std::string Upstream(const Attempt& attempt) {
  return attempt.upstream.empty() ? "the upstream" : Scrub(attempt.upstream, kMaxDetailBytes);
}

Error NewError(v1::ErrorReason reason, const std::string& message, const Attempt& attempt) {
  Error error = ErrorOf(reason, std::string(CutAtCharacter(message, kMaxMessageBytes)));
  error.metadata = AttemptMetadata(attempt);
  return error;
}

// "openai answered 429: Rate limit reached ...", in the upstream's words where it has any.
std::string Describe(int status, const UpstreamError& upstream_error, const Attempt& attempt) {
  std::string text = Upstream(attempt);
  const bool in_good_answer = status >= 200 && status <= 299;
  if (in_good_answer) {
    text += " reported an error";
    if (upstream_error.status != 0) text += ' ' + std::to_string(upstream_error.status);
  } else {
    text += " answered " + std::to_string(status);
  }
  if (!upstream_error.provider.empty())
    text += " (from " + Scrub(upstream_error.provider, 64) + ")";
  const bool object = upstream_error.form == UpstreamError::Form::kObject;
  const std::string message =
      object ? Scrub(upstream_error.message) : Scrub(upstream_error.message, kMaxPageBytes);
  if (!message.empty()) return text + ": " + message;
  if (upstream_error.form == UpstreamError::Form::kOpaque)
    return text + " with a body that is no readable error";
  return text + " without an explanation";
}

// Failures of the upstream itself, which in the middle of a stream mean only that it broke off.
bool IsBreakdown(v1::ErrorReason reason) {
  return CodeOf(reason) == Code::kUnavailable || reason == v1::ERROR_REASON_UPSTREAM_ERROR ||
         reason == v1::ERROR_REASON_UPSTREAM_PROTOCOL;
}

// What reached the caller cannot be taken back: a repetition would be paid for, and heard, twice.
void AfterOutput(Error& error) {
  error.safe_to_retry = false;
  error.retry_after.reset();
  if (!IsBreakdown(error.reason)) return;
  error.reason = v1::ERROR_REASON_STREAM_TRUNCATED;
  error.code = CodeOf(error.reason);
  error.origin = OriginOf(error.reason);
}

bool SuggestsRetry(const http::Headers& headers, std::string_view answer) {
  return headers.Get("x-should-retry") == answer;
}

// Limited for a while, as opposed to a request that is larger than the limit and never fits.
bool MayFitLater(const UpstreamError& upstream_error) {
  const TokenCounts counts = FindTokenCounts(upstream_error.message);
  return !counts.limit || !counts.requested || *counts.requested <= *counts.limit;
}

void DecideRetry(int status, const UpstreamError& upstream_error, const Verdict& verdict,
                 const http::Headers& headers, WallTime now, Error& error) {
  const bool waiting_helps =
      error.reason == v1::ERROR_REASON_RATE_LIMITED || CodeOf(error.reason) == Code::kUnavailable;
  const int effective =
      error.reason == v1::ERROR_REASON_RATE_LIMITED ? 429 : EffectiveStatus(status, upstream_error);
  const bool fits = error.reason != v1::ERROR_REASON_RATE_LIMITED || MayFitLater(upstream_error);
  if (waiting_helps && fits) {
    error.safe_to_retry = verdict.refused;
    error.retry_after = RetryAfter(effective, headers, upstream_error, now);
    // Who says when to come back has not begun the work.
    if (effective == 503 && AsksToWait(headers, upstream_error, now)) error.safe_to_retry = true;
  }
  const bool upstreams_fault = error.origin == Origin::kUpstream || status == 408 || status == 409;
  if (SuggestsRetry(headers, "true") && upstreams_fault && fits &&
      error.reason != v1::ERROR_REASON_INSUFFICIENT_QUOTA && status >= 408) {
    error.safe_to_retry = true;
  }
  if (SuggestsRetry(headers, "false")) {
    error.forbids_retry = true;
    error.safe_to_retry = false;
    error.retry_after.reset();
  }
}

// An upstream that repeats the key that it was sent, however that key looks.
void RedactKey(const Attempt& attempt, UpstreamError& upstream_error) {
  if (!attempt.key) return;
  for (std::string* text :
       {&upstream_error.message, &upstream_error.type, &upstream_error.code, &upstream_error.param,
        &upstream_error.inner_code, &upstream_error.provider}) {
    Redact(attempt.key->Reveal(), *text);
  }
  for (UpstreamError::Violation& violation : upstream_error.violations) {
    Redact(attempt.key->Reveal(), violation.param);
    Redact(attempt.key->Reveal(), violation.message);
  }
}

Error FromUpstreamError(int status, UpstreamError upstream_error, const http::Headers& headers,
                        const Attempt& attempt, WallTime now) {
  RedactKey(attempt, upstream_error);
  const Verdict verdict = Classify(status, upstream_error, attempt.caller_supplied_key);
  Error error = NewError(verdict.reason, Describe(status, upstream_error, attempt), attempt);
  error.metadata["upstream_status"] = std::to_string(status);
  error.reported = upstream_error.form == UpstreamError::Form::kObject;
  AddDetails(upstream_error, headers, now, attempt, error);
  DecideRetry(status, upstream_error, verdict, headers, now, error);
  if (attempt.output_began) AfterOutput(error);
  return error;
}

// Headers that came with a good answer: their retry-after is about something else.
http::Headers WithoutRetry(const http::Headers& headers) {
  http::Headers limits;
  for (const auto& [name, value] : headers) {
    if (!name.starts_with("retry-after") && name != "x-should-retry") limits.Add(name, value);
  }
  return limits;
}

}  // namespace

Error FromStatus(int status, const http::Headers& headers, std::string_view body,
                 const Attempt& attempt, WallTime now) {
  return FromUpstreamError(status, ReadUpstreamError(body), headers, attempt, now);
}

std::optional<Error> FromBody(std::string_view json, const http::Headers& headers,
                              const Attempt& attempt, WallTime now) {
  UpstreamError upstream_error = FindUpstreamError(json);
  if (upstream_error.form == UpstreamError::Form::kEmpty) return std::nullopt;
  return FromUpstreamError(200, std::move(upstream_error), WithoutRetry(headers), attempt, now);
}

std::optional<Error> FromHollow(std::string_view json, const http::Headers& headers,
                                const Attempt& attempt, WallTime now) {
  const UpstreamError upstream_error = FindHollowUpstreamError(json);
  if (upstream_error.form != UpstreamError::Form::kObject) return std::nullopt;
  return FromUpstreamError(200, upstream_error, WithoutRetry(headers), attempt, now);
}

Error NoAnswer(std::string_view body, std::string_view what, const http::Headers& headers,
               const Attempt& attempt, WallTime now) {
  const UpstreamError upstream_error = FindHollowUpstreamError(body);
  if (upstream_error.form == UpstreamError::Form::kObject) {
    return FromUpstreamError(200, upstream_error, WithoutRetry(headers), attempt, now);
  }
  if (upstream_error.form == UpstreamError::Form::kEmpty) return Protocol("an empty body", attempt);
  // A long text is more likely to be an answer than to say why there is none.
  if (upstream_error.message.empty() || upstream_error.message.size() > kMaxPageBytes)
    return Protocol(what, attempt);
  return Protocol(std::string(what) + ": " + Scrub(upstream_error.message, kMaxPageBytes), attempt);
}

Error FromErrorEvent(std::string_view data, const http::Headers& headers, const Attempt& attempt,
                     WallTime now) {
  return FromUpstreamError(200, ReadUpstreamError(data), WithoutRetry(headers), attempt, now);
}

Error FromTransfer(const http::Outcome& outcome, const Attempt& attempt) {
  using http::Failure;
  v1::ErrorReason reason = v1::ERROR_REASON_GATEWAY_ERROR;
  std::string what = "the request to " + Upstream(attempt) + " failed";
  switch (outcome.failure.value_or(Failure::kInternal)) {
    case Failure::kResolve:
    case Failure::kConnect:
    case Failure::kConnectTimeout:
    case Failure::kTls:
      reason = v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
      what = Upstream(attempt) + " could not be reached";
      break;
    case Failure::kReset:
      reason = outcome.bytes_received > 0 ? v1::ERROR_REASON_STREAM_TRUNCATED
                                          : v1::ERROR_REASON_UPSTREAM_UNREACHABLE;
      what = "the connection to " + Upstream(attempt) + " ended before the answer was complete";
      break;
    case Failure::kProtocol:
      reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
      what = Upstream(attempt) + " sent what is no HTTP answer";
      break;
    case Failure::kDescriptors:
      reason = v1::ERROR_REASON_GATEWAY_OVERLOADED;
      what = "the gateway has no connection left for " + Upstream(attempt);
      break;
    case Failure::kInternal:
      break;
  }
  if (!outcome.message.empty()) what += ": " + Scrub(outcome.message, kMaxPageBytes);
  Error error = NewError(reason, what, attempt);
  const bool before_request = outcome.failure != Failure::kReset &&
                              reason == v1::ERROR_REASON_UPSTREAM_UNREACHABLE &&
                              outcome.bytes_sent == 0;
  error.safe_to_retry = outcome.provably_unsent || before_request;
  if (outcome.failure == Failure::kDescriptors) error.retry_after = kDescriptorsRetryAfter;
  if (attempt.output_began) AfterOutput(error);
  return error;
}

Error AttemptTimeout(std::string_view phase, std::chrono::milliseconds limit,
                     const Attempt& attempt) {
  Error error = NewError(v1::ERROR_REASON_UPSTREAM_TIMEOUT,
                         Upstream(attempt) + " took longer than " + std::to_string(limit.count()) +
                             " ms (" + Scrub(phase, kMaxDetailBytes) + ")",
                         attempt);
  error.metadata["timeout"] = Scrub(phase, kMaxDetailBytes);
  return error;
}

Error Protocol(std::string_view what, const Attempt& attempt) {
  Error error = NewError(v1::ERROR_REASON_UPSTREAM_PROTOCOL,
                         Upstream(attempt) + " sent an unusable answer: " + Scrub(what), attempt);
  if (attempt.output_began) AfterOutput(error);
  return error;
}

Error TooLarge(std::string_view what, const Attempt& attempt) {
  return NewError(v1::ERROR_REASON_RESPONSE_TOO_LARGE,
                  Upstream(attempt) + " sent an unusable answer: " + Scrub(what), attempt);
}

Error Truncated(std::string_view what, const Attempt& attempt) {
  return NewError(v1::ERROR_REASON_STREAM_TRUNCATED,
                  Upstream(attempt) + " broke off: " + Scrub(what), attempt);
}

Error DeadlineExceeded(std::string_view what, const Attempt& attempt) {
  return NewError(v1::ERROR_REASON_DEADLINE, Scrub(what), attempt);
}

Error Cancelled(const Attempt& attempt) {
  return NewError(v1::ERROR_REASON_CANCELLED, "the caller cancelled the call", attempt);
}

}  // namespace inferwire::openai
