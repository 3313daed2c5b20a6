// What follows a failed attempt.
#include <algorithm>
#include <utility>

#include "telemetry/route_metrics.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/failure_names.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

namespace {

using Where = routing::NextAttempt::Where;

telemetry::ResendTo ResendToOf(Where where) {
  switch (where) {
    case Where::kOtherKey:
      return telemetry::ResendTo::kKey;
    case Where::kOtherEndpoint:
      return telemetry::ResendTo::kEndpoint;
    case Where::kNextTarget:
      return telemetry::ResendTo::kNext;
    case Where::kSameTarget:
    case Where::kNowhere:
      break;
  }
  return telemetry::ResendTo::kSame;
}

telemetry::ResendProof ResendProofOf(routing::Proof proof) {
  switch (proof) {
    case routing::Proof::kRefused:
      return telemetry::ResendProof::kRefused;
    case routing::Proof::kFailed:
      return telemetry::ResendProof::kFailed;
    case routing::Proof::kAnything:
      return telemetry::ResendProof::kAnything;
    case routing::Proof::kAnswered:
    case routing::Proof::kOutput:
      break;
  }
  return telemetry::ResendProof::kAnswered;
}

}  // namespace

bool UpstreamCall::TryAgain(const Error& error) {
  if (state_ != State::kRunning && state_ != State::kJudged) return false;
  if (!request_.resend) return false;
  return Follow(error, nullptr);
}

routing::FailedAttempt UpstreamCall::Describe(const Error& error,
                                              const http::Outcome* outcome) const {
  routing::FailedAttempt failed;
  failed.reason = error.reason;
  failed.http_status = exchange_->status();
  failed.refused = error.safe_to_retry;
  failed.reported = error.reported;
  failed.forbidden = error.forbids_retry;
  failed.output_began = output_began_;
  failed.sent =
      outcome ? !outcome->provably_unsent : exchange_->status() != 0 || stats_.reached_upstream;
  failed.reused_connection = outcome && outcome->reused_connection;
  failed.retry_after = error.retry_after;
  return failed;
}

bool UpstreamCall::Follow(const Error& error, const http::Outcome* outcome) {
  const SteadyTime now = runtime_.timers.Now();
  const bool judged = state_ == State::kJudged;
  const routing::FailedAttempt failed = Describe(error, outcome);
  const routing::Ruling ruling = routing::Judge(failed);
  const bool may_be_billed = ruling.proof != routing::Proof::kRefused && failed.sent;
  exchange_->Abort(ReasonName(error.reason));
  if (exchange_->status() != 0) places_.Learn(exchange_->rate_limits(), now);
  places_.EndFailed(ruling, error.reason, now);
  Log(error.reason, may_be_billed);
  const routing::NextAttempt next = DecideNext(failed, ruling, now);
  budget_is_used_up_ = next.denied == routing::kDeniedByBudget;
  const bool follows = next.where != Where::kNowhere;
  if (!judged) {
    exchange_->Count(follows ? telemetry::AttemptResult::kRetried
                             : telemetry::AttemptResult::kFailed);
  }
  CountResend(next, failed, ruling, outcome);
  if (!follows) return false;
  if (first_failure_.empty()) first_failure_ = error.message;
  last_error_ = error;
  observer_.OnAttemptFailed(error);
  exchange_->GiveAwaySpan();  // while the statistics are this attempt's
  switch (next.where) {
    case Where::kNowhere:
      break;
    case Where::kOtherKey:
      tried_keys_ |= uint64_t{1} << request_.upstream->keys().IndexOf(*pool_key_);
      key_.reset();
      ++key_changes_;
      ++keys_here_;
      WaitFor(Duration::zero(), "OTHER_KEY");
      break;
    case Where::kOtherEndpoint:
      tried_endpoints_.push_back(endpoint_);
      key_.reset();
      WaitFor(Duration::zero(), "OTHER_ENDPOINT");
      break;
    case Where::kSameTarget:
      ++repeats_here_;
      key_.reset();
      tried_keys_ = 0;
      tried_endpoints_.clear();
      WaitFor(next.wait, "SAME_TARGET");
      break;
    case Where::kNextTarget:
      if (ruling.needs_larger_window) request_.targets->NeedLargerThan(target_);
      if (const auto picked = request_.targets->Next(now, runtime_.random)) MoveTo(*picked);
      WaitFor(Duration::zero(), "NEXT_TARGET");
      break;
  }
  return true;
}

routing::NextAttempt UpstreamCall::DecideNext(const routing::FailedAttempt& failed,
                                              const routing::Ruling& ruling, SteadyTime now) {
  if (request_.only_once) return {};
  const bool unsent = !failed.sent && failed.http_status == 0;
  if (exchange_->body_read() || (request_.source && failed.sent)) return {};
  if (!request_.resend && !unsent) return {};
  if (!body_ && body_bytes_ > 0) return {};  // it is no longer here
  routing::AttemptSituation situation;
  situation.resend = request_.resend.value_or(routing::Resend::kRefused);
  situation.unbilled = request_.resend && !request_.upstream->options().billed;
  situation.attempts = stats_.attempts - key_changes_;
  situation.max_attempts = max_attempts();
  situation.repeats_here = repeats_here_;
  situation.key_changes = keys_here_;
  const KeyPool& keys = request_.upstream->keys();
  situation.max_key_changes = static_cast<int>(keys.keys().size());
  if (pool_key_ && request_.resend) {
    const uint64_t tried = tried_keys_ | uint64_t{1} << keys.IndexOf(*pool_key_);
    situation.has_other_key = keys.Available(request_.model, tried, now, has_elsewhere());
  }
  situation.has_other_endpoint = ruling.other_endpoint && HasOtherEndpoint(now);
  if (request_.targets) {
    if (ruling.needs_larger_window) request_.targets->NeedLargerThan(target_);
    situation.has_next_target = request_.targets->HasNext(now);
    situation.expected_next = request_.targets->LeastExpected(now);
    const Route& route = request_.targets->route();
    situation.listed = (failed.reason == v1::ERROR_REASON_CONTENT_POLICY_VIOLATION &&
                        route.also_on_content_filter) ||
                       (failed.reason == v1::ERROR_REASON_UNSUPPORTED_PARAMETER &&
                        route.also_on_unsupported_parameter);
  }
  situation.client_repeats = request_.previous_attempts > 0;
  situation.time_left = request_.deadline - now;
  situation.expected = Expected();
  return routing::Decide(ruling, failed.retry_after, situation, runtime_.random,
                         [&] { return request_.upstream->retry_budget().Take(now); });
}

void UpstreamCall::CountResend(const routing::NextAttempt& next,
                               const routing::FailedAttempt& failed, const routing::Ruling& ruling,
                               const http::Outcome* outcome) {
  telemetry::ResendMetrics& metrics = request_.upstream->resends();
  if (next.where == Where::kNowhere) {
    if (!next.denied.empty()) metrics.Denied(next.denied);
    return;
  }
  if (outcome && outcome->failure) {
    request_.upstream->metrics(request_.use).Retry(CauseOf(*outcome->failure));
  }
  metrics.Resent(ResendToOf(next.where), ResendProofOf(ruling.proof));
  if (ruling.proof != routing::Proof::kRefused && failed.sent) metrics.PossiblyBilled();
}

void UpstreamCall::TellSoonest(Error& error) const {
  if (error.reason != v1::ERROR_REASON_RATE_LIMITED || !error.retry_after || !has_elsewhere()) {
    return;
  }
  const SteadyTime now = runtime_.timers.Now();
  const auto back = request_.targets->SoonestBack(now);
  if (!back) return;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*back - now);
  error.retry_after = std::min(*error.retry_after, wait);
}

void UpstreamCall::UpdateLog() { Log(v1::ERROR_REASON_UNSPECIFIED, false); }

// Calls that make one attempt, and go by no route and to the only endpoint, have nothing to tell
// that their statistics do not.
void UpstreamCall::Log(v1::ErrorReason reason, bool may_be_billed) {
  if (stats_.attempts == 0) return;
  const bool tells =
      request_.targets || stats_.attempts > 1 || reason != 0 || !endpoint_->address.empty();
  if (!tells) return;
  if (!std::exchange(logged_, true)) stats_.attempt_log.emplace_back();
  gateway::AttemptRecord& record = stats_.attempt_log.back();
  record.upstream = stats_.upstream;
  record.model = stats_.model;
  record.endpoint = endpoint_->address;
  record.key = pool_key_ ? pool_key_->name : std::string();
  record.upstream_request_id = stats_.upstream_request_id;
  record.started_after = attempt_begun_ - begun_;
  record.duration = runtime_.timers.Now() - attempt_begun_;
  record.http_status = exchange_->status();
  record.reason = reason;
  record.may_be_billed = may_be_billed;
  record.cause = cause_;
  record.waited = waited_;
}

}  // namespace inferwire::upstream
