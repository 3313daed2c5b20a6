// A second attempt beside one whose first byte is late. Both have their places, keys and logs; the
// first byte of an answer decides, and ends the other one at once. Of two that run, the one in hand
// is the one that the reader was told of.
#include "upstream/upstream_call_hedge.h"

#include <utility>

#include "telemetry/upstream_metrics.h"

namespace inferwire::upstream {
namespace {

// At one that is not well nobody is quicker.
bool IsUp(const routing::PlaceState& place, SteadyTime now) {
  return place.At(now) <= routing::Condition::kWarmingUp;
}

}  // namespace

void UpstreamCall::PrepareHedge() {
  if (request_.previous_attempts == 0) request_.targets->route().hedge->budget->Deposit(begun_);
  if (request_.hedge && request_.resend && runtime_.hedging)
    hedge_ = std::make_unique<Hedge>(*this);
}

void UpstreamCall::SetHedgeTimer() {
  if (hedge_->begun) return;
  const auto after = runtime_.hedging->After(*request_.targets->route().hedge,
                                             request_.targets->target(now_->target));
  if (after) hedge_->timer.Set(now_->begun + *after);
}

void UpstreamCall::StopHedgeTimer() { hedge_->timer.Cancel(); }

void UpstreamCall::OnLate() {
  const Exchange& exchange = *now_->exchange;
  if (state_ != State::kRunning || exchange.got_byte()) return;
  if (exchange.status() != 0 && !exchange.is_wanted()) return;  // it is about to fail
  const SteadyTime now = runtime_.timers.Now();
  const upstream::Hedge& rule = *request_.targets->route().hedge;
  auto denied = WhyNoHedge(now);
  if (!denied && !FindHedgePlace(now)) denied = telemetry::HedgeDenied::kPlace;
  Attempt& attempt = hedge_->attempt;
  if (!denied && !rule.budget->Take(now)) {  // another loop was quicker
    attempt.places.EndUnknown(now);
    denied = telemetry::HedgeDenied::kBudget;
  }
  if (denied) {
    if (rule.metrics) rule.metrics->Denied(*denied);
    return;
  }
  hedge_->begun = true;
  hedge_->beside = &attempt;
  attempt.cause = "HEDGE";
  attempt.exchange.emplace(runtime_, request_, stats_, static_cast<Exchange::Owner&>(*this));
  UpdateLog();  // which has attempts in the order of their beginnings
  if (hedge_->body != body_) HoldRequest(body_bytes_ + hedge_->body->size());
  BeginAttempt(attempt, hedge_->path, hedge_->body, now);
  Log(attempt, v1::ERROR_REASON_UNSPECIFIED, false);
}

std::optional<telemetry::HedgeDenied> UpstreamCall::WhyNoHedge(SteadyTime now) const {
  using Denied = telemetry::HedgeDenied;
  if (!runtime_.hedging->HasRoom()) return Denied::kLoad;
  if (request_.deadline - now < (request_.deadline - begun_) / 2) return Denied::kDeadline;
  if (!has_attempts_left()) return Denied::kAttempts;
  if (!body_) return Denied::kPlace;
  if (request_.targets->route().hedge->budget->tokens(now) < 1) return Denied::kBudget;
  return std::nullopt;
}

// Another endpoint of the same upstream before another target: the same model at the same price.
bool UpstreamCall::FindHedgePlace(SteadyTime now) {
  Attempt& attempt = hedge_->attempt;
  attempt.destination = now_->destination;
  attempt.target = now_->target;
  attempt.chosen_by = now_->chosen_by;
  attempt.fallback = now_->fallback;
  attempt.tried_keys = now_->tried_keys;
  attempt.tried_endpoints = now_->tried_endpoints;
  attempt.endpoint = now_->endpoint;
  attempt.LeaveEndpoint();
  const routing::PlaceState* const model = attempt.destination.state;
  const bool has_several =
      attempt.destination.upstream->endpoints(*runtime_.endpoint_views).size() > 1;
  if (has_several && (!model || IsUp(*model, now)) && TakeHedgePlace(now)) {
    hedge_->path = request_.path;
    hedge_->body = body_;
    hedge_->head_bytes = request_.head_bytes;
    return true;
  }
  while (const auto picked = request_.targets->NextUp(now, runtime_.random)) {
    attempt.GoTo(*picked, request_.targets->destination(picked->index));
    if (!TakeHedgePlace(now)) continue;
    hedge_->path = request_.new_path(attempt.destination);
    hedge_->body = BodyFor(attempt.destination, hedge_->head_bytes);
    return true;
  }
  return false;
}

bool UpstreamCall::TakeHedgePlace(SteadyTime now) {
  Attempt& attempt = hedge_->attempt;
  attempt.pool_key = ChooseKey(attempt, now);
  if (!attempt.pool_key && !attempt.destination.upstream->keys().empty()) return false;
  const TriedEndpoints tried = attempt.tried_endpoints;
  for (const auto& endpoint : attempt.destination.upstream->endpoints(*runtime_.endpoint_views)) {
    if (!IsUp(*endpoint->state, now)) attempt.tried_endpoints.push_back(endpoint);
  }
  Places::Wish wish = WishOf(attempt);
  wish.alone = false;
  const bool taken = TakePlace(attempt, wish, now);
  attempt.tried_endpoints = tried;
  return taken;
}

Attempt* UpstreamCall::beside() const { return hedge_ ? hedge_->beside : nullptr; }

Attempt& UpstreamCall::AttemptOf(const Exchange& exchange) const {
  Attempt* const other = beside();
  return other && &*other->exchange == &exchange ? *other : *now_;
}

void UpstreamCall::Win(Attempt& attempt) {
  StopHedgeTimer();
  if (hedge_->begun) CountHedge(&attempt == &hedge_->attempt);
  if (!hedge_->beside) return;
  if (&attempt == now_) return EndBeside(*hedge_->beside, v1::ERROR_REASON_CANCELLED);
  // It would have taken longer still; without its word only quick answers were counted.
  runtime_.hedging->Took(request_.targets->target(now_->target),
                         runtime_.timers.Now() - now_->begun);
  EndBeside(*now_, v1::ERROR_REASON_CANCELLED);
  TakeInHand(attempt);
}

void UpstreamCall::GoOnWithOther() { TakeInHand(*hedge_->beside); }

void UpstreamCall::TakeInHand(Attempt& attempt) {
  now_ = &attempt;
  hedge_->beside = nullptr;
  request_.upstream = attempt.destination.upstream;
  request_.model = attempt.destination.model;
  request_.path = std::move(hedge_->path);
  request_.head_bytes = hedge_->head_bytes;
  body_ = std::move(hedge_->body);
  body_bytes_ = body_->size();
  HoldRequest(body_bytes_);
  stats_.upstream = request_.upstream->name();
  stats_.model = request_.model;
  stats_.endings = attempt.destination.endings;
  stats_.upstream_request_id.clear();
  TakeStats();
  RecordRoute();
  observer_.OnNewAttempt(attempt.destination);
  const Exchange& exchange = *attempt.exchange;
  if (exchange.status() != 0 && exchange.is_wanted()) {
    observer_.OnHead(exchange.status(), exchange.headers());
  }
}

void UpstreamCall::EndBeside(Attempt& attempt, v1::ErrorReason reason) {
  Exchange& exchange = *attempt.exchange;
  if (exchange.Abort(kCancelledAttempt)) exchange.Count(telemetry::AttemptResult::kRetried);
  attempt.places.EndUnknown(runtime_.timers.Now());
  const bool sent = exchange.reached_upstream();
  LeaveBehind(attempt, sent ? routing::Proof::kAnything : routing::Proof::kRefused);
  Log(attempt, reason, sent);
  TellBeside(attempt, reason);
}

void UpstreamCall::BesideFailed(Attempt& attempt, const Error& error,
                                const http::Outcome* outcome) {
  const auto [what, ruling] = EndFailed(attempt, error, outcome, runtime_.timers.Now());
  LeaveBehind(attempt, what.sent ? ruling.proof : routing::Proof::kRefused);
  attempt.exchange->Count(telemetry::AttemptResult::kRetried);
  CountHedge(/*won=*/false);
  TellBeside(attempt, error.reason);
}

void UpstreamCall::TellBeside(Attempt& attempt, v1::ErrorReason reason) {
  Exchange& exchange = *attempt.exchange;
  hedge_->beside = nullptr;
  if (&attempt != now_) {
    hedge_->body.reset();
    if (body_) HoldRequest(body_bytes_);
  }
  exchange.GiveAwaySpan();
  observer_.OnEndBeside(
      {attempt.destination, reason, exchange.status(), exchange.reached_upstream()});
}

void UpstreamCall::CountHedge(bool won) {
  if (!hedge_->begun || std::exchange(hedge_->counted, true)) return;
  stats_.hedge = won ? "won" : "lost";
  if (auto* const metrics = request_.targets->route().hedge->metrics) metrics->Ended(won);
}

}  // namespace inferwire::upstream
