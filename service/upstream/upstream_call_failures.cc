// What follows a failed attempt.
#include <algorithm>
#include <utility>

#include "telemetry/route_metrics.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/failure_names.h"
#include "upstream/upstream_call_hedge.h"

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

UpstreamCall::Failed UpstreamCall::EndFailed(Attempt& attempt, const Error& error,
                                             const http::Outcome* outcome, SteadyTime now) {
  Exchange& exchange = *attempt.exchange;
  Failed failed;
  failed.what = {
      .reason = error.reason,
      .http_status = exchange.status(),
      .refused = error.safe_to_retry,
      .reported = error.reported,
      .forbidden = error.forbids_retry,
      .output_began = output_began_,
      .sent = outcome ? !outcome->provably_unsent
                      : exchange.status() != 0 || exchange.reached_upstream(),
      .reused_connection = outcome && outcome->reused_connection,
      .retry_after = error.retry_after,
  };
  failed.ruling = routing::Judge(failed.what);
  exchange.Abort(ReasonName(error.reason));
  if (exchange.status() != 0) attempt.places.Learn(exchange.rate_limits(), now);
  attempt.places.EndFailed(failed.ruling, error.reason, now);
  Log(attempt, error.reason, failed.ruling.proof != routing::Proof::kRefused && failed.what.sent);
  return failed;
}

bool UpstreamCall::Follow(const Error& error, const http::Outcome* outcome) {
  const SteadyTime now = runtime_.timers.Now();
  const bool judged = state_ == State::kJudged;
  const auto [failed, ruling] = EndFailed(*now_, error, outcome, now);
  TakeStats();
  if (hedge_ && now_ == &hedge_->attempt) CountHedge(/*won=*/false);
  // What is no answer to the request is none of the other's either.
  const bool other_goes_on = beside() && (ruling.proof != routing::Proof::kAnswered ||
                                          (ruling.next_target && IsListed(error.reason)));
  if (beside() && !other_goes_on) EndBeside(*beside(), v1::ERROR_REASON_CANCELLED);
  routing::NextAttempt next;
  if (!other_goes_on) next = DecideNext(failed, ruling, now);
  budget_is_used_up_ = next.denied == routing::kDeniedByBudget;
  const bool follows = other_goes_on || next.where != Where::kNowhere;
  if (!judged) {
    now_->exchange->Count(follows ? telemetry::AttemptResult::kRetried
                                  : telemetry::AttemptResult::kFailed);
  }
  if (!other_goes_on) CountResend(next, failed, ruling, outcome);
  if (!follows) return false;
  if (first_failure_.empty()) first_failure_ = error.message;
  last_error_ = error;
  last_failed_ = *now_->record;
  observer_.OnAttemptFailed(error);
  now_->exchange->GiveAwaySpan();  // while the statistics are this attempt's
  if (other_goes_on) {
    const bool may_follow = !failed.sent || IsListed(error.reason);
    LeaveBehind(*now_, may_follow ? routing::Proof::kRefused : ruling.proof);
    GoOnWithOther();
  } else {
    GoOn(next, ruling, now);
  }
  return true;
}

void UpstreamCall::LeaveBehind(const Attempt& attempt, routing::Proof proof) {
  const bool unbilled = !attempt.destination.upstream->options().billed;
  if (!routing::Covers(*request_.resend, proof, unbilled)) is_last_ = true;
}

void UpstreamCall::GoOn(const routing::NextAttempt& next, const routing::Ruling& ruling,
                        SteadyTime now) {
  switch (next.where) {
    case Where::kNowhere:
      break;
    case Where::kOtherKey:
      now_->tried_keys |= uint64_t{1} << request_.upstream->keys().IndexOf(*now_->pool_key);
      now_->key.reset();
      ++key_changes_;
      ++now_->keys_here;
      WaitFor(Duration::zero(), "OTHER_KEY");
      break;
    case Where::kOtherEndpoint:
      now_->LeaveEndpoint();
      WaitFor(Duration::zero(), "OTHER_ENDPOINT");
      break;
    case Where::kSameTarget:
      ++now_->repeats_here;
      now_->key.reset();
      now_->tried_keys = 0;
      now_->tried_endpoints.clear();
      WaitFor(next.wait, "SAME_TARGET");
      break;
    case Where::kNextTarget:
      if (ruling.needs_larger_window) request_.targets->NeedLargerThan(now_->target);
      if (const auto picked = request_.targets->Next(now, runtime_.random)) MoveTo(*picked);
      WaitFor(Duration::zero(), "NEXT_TARGET");
      break;
  }
}

bool UpstreamCall::IsListed(v1::ErrorReason reason) const {
  if (!request_.targets) return false;
  const Route& route = request_.targets->route();
  return (reason == v1::ERROR_REASON_CONTENT_POLICY_VIOLATION && route.also_on_content_filter) ||
         (reason == v1::ERROR_REASON_UNSUPPORTED_PARAMETER && route.also_on_unsupported_parameter);
}

routing::NextAttempt UpstreamCall::DecideNext(const routing::FailedAttempt& failed,
                                              const routing::Ruling& ruling, SteadyTime now) {
  if (request_.only_once) return {};
  if (is_last_) return {.denied = "proof"};
  const bool unsent = !failed.sent && failed.http_status == 0;
  if (now_->exchange->body_read() || (request_.source && failed.sent)) return {};
  if (!request_.resend && !unsent) return {};
  if (!body_ && body_bytes_ > 0) return {};  // it is no longer here
  routing::AttemptSituation situation;
  situation.resend = request_.resend.value_or(routing::Resend::kRefused);
  situation.unbilled = request_.resend && !request_.upstream->options().billed;
  situation.attempts = stats_.attempts - key_changes_;
  situation.max_attempts = max_attempts();
  situation.repeats_here = now_->repeats_here;
  situation.key_changes = now_->keys_here;
  const KeyPool& keys = request_.upstream->keys();
  situation.max_key_changes = static_cast<int>(keys.keys().size());
  if (now_->pool_key && request_.resend) {
    const uint64_t tried = now_->tried_keys | uint64_t{1} << keys.IndexOf(*now_->pool_key);
    situation.has_other_key = keys.Available(request_.model, tried, now, has_elsewhere());
  }
  situation.has_other_endpoint = ruling.other_endpoint && HasOtherEndpoint(*now_, now);
  if (request_.targets) {
    if (ruling.needs_larger_window) request_.targets->NeedLargerThan(now_->target);
    situation.has_next_target = request_.targets->HasNext(now);
    situation.expected_next = request_.targets->LeastExpected(now);
    situation.listed = IsListed(failed.reason);
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

}  // namespace inferwire::upstream
