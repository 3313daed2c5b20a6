#include "upstream/upstream_call.h"

#include <utility>

#include "telemetry/route_metrics.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/upstream_call_hedge.h"

namespace inferwire::upstream {
namespace {

// Of a request whose answer takes long: what is kept for the case that it fails (maybe_billed.h).
constexpr size_t kKeptBody = 4096;
// A key that rotates: the old one may go while it is tried.
constexpr int kMostRotations = 2;

std::shared_ptr<const std::string> TakeBody(UpstreamRequest& request) {
  if (request.body.empty()) return nullptr;
  return std::make_shared<const std::string>(std::move(request.body));
}

}  // namespace

UpstreamCall::UpstreamCall(const Runtime& runtime, Request request, gateway::CallStats& stats,
                           Observer& observer)
    : runtime_(runtime),
      request_(std::move(request)),
      body_(TakeBody(request_)),
      body_bytes_(body_ ? body_->size() : 0),
      stats_(stats),
      observer_(observer),
      timer_(runtime.timers, [this] { StartAttempt(); }) {
  first_.destination.upstream = request_.upstream;
  first_.destination.model = request_.model;
  first_.destination.state = request_.model_state;
  first_.destination.endings = std::move(request_.endings);
  first_.exchange.emplace(runtime_, request_, stats_, static_cast<Exchange::Owner&>(*this));
  stats_.operation = Name(request_.use);
  stats_.upstream = request_.upstream->name();
  stats_.model = request_.model;
  stats_.endings = first_.destination.endings;
  HoldRequest(body_bytes_);
}

UpstreamCall::~UpstreamCall() {
  Cancel();
  DropBody();
}

void UpstreamCall::Start() {
  begun_ = runtime_.timers.Now();
  stats_.upstream_since = begun_;
  state_ = State::kRunning;
  if (begun_ >= request_.deadline) {
    return Finish(openai::DeadlineExceeded("the deadline had passed before the upstream was called",
                                           attempt()));
  }
  if (request_.targets) {
    first_.target = request_.first_target.index;
    first_.chosen_by = request_.first_target.chosen_by;
    if (request_.targets->route().hedge) PrepareHedge();
  }
  StartAttempt();
}

void UpstreamCall::Cancel() {
  timer_.Cancel();
  LeaveQueue();
  StopClock();
  if (hedge_) {
    StopHedgeTimer();
    if (Attempt* const other = beside()) EndBeside(*other, v1::ERROR_REASON_CANCELLED);
    CountHedge(/*won=*/false);
  }
  Exchange& exchange = *now_->exchange;
  if (exchange.Abort(kCancelledAttempt)) {
    exchange.Count(telemetry::AttemptResult::kFailed);
    TakeStats();
  }
  const SteadyTime now = now_->places.held() ? runtime_.timers.Now() : SteadyTime();
  if (state_ == State::kJudged) Answered(now);
  if (now_->got_answer) {
    EndWell(now);
  } else {
    now_->places.EndUnknown(now);
  }
  state_ = State::kOver;
}

void UpstreamCall::OnFirstOutput() {
  output_began_ = true;
  if (now_->exchange->is_good()) Answered(runtime_.timers.Now());
  if (request_.long_answer && body_bytes_ > kKeptBody) DropBody();
}

void UpstreamCall::TakeStats() {
  const Exchange& exchange = *now_->exchange;
  stats_.http_status = exchange.status();
  stats_.reached_upstream = exchange.reached_upstream();
  if (exchange.status() != 0) stats_.upstream_request_id = exchange.upstream_request_id();
}

// Of a route: the attempt in hand, unless it was found to have failed, is the one that answers.
void UpstreamCall::CountAnswer() {
  if (!request_.targets || !now_->places.held()) return;
  const Target& target = request_.targets->target(now_->target);
  if (target.metrics) {
    (now_->fallback ? target.metrics->fallbacks : target.metrics->answers).Increment();
  }
  if (request_.targets->route().hedge && runtime_.hedging) {
    runtime_.hedging->Took(target, now_->first_byte);
  }
}

void UpstreamCall::DropBody() {
  body_.reset();
  HoldRequest(0);
}

void UpstreamCall::HoldRequest(size_t bytes) {
  if (request_.memory) request_.memory->Set(gateway::CallMemory::kRequest, bytes);
}

openai::Attempt UpstreamCall::attempt() const { return Describe(*now_->exchange); }

openai::Attempt UpstreamCall::Describe(const Exchange& from) const {
  const Attempt& of = AttemptOf(from);
  openai::Attempt attempt;
  attempt.upstream = of.destination.upstream->name();
  attempt.model = of.destination.model;
  attempt.number = stats_.attempts;
  attempt.output_began = output_began_;
  attempt.upstream_request_id = from.upstream_request_id();
  attempt.key = of.key;
  attempt.fields = request_.fields;
  return attempt;
}

void UpstreamCall::OnStatus(Exchange& from) {
  if (&from == &*now_->exchange) TakeStats();
}

void UpstreamCall::OnHead(Exchange& from) {
  Attempt& of = AttemptOf(from);
  of.places.Learn(from.rate_limits(), runtime_.timers.Now());
  if (&of != now_) return;  // its reader hears of it if it is the one that answers
  // What will not be sent again is not kept while the answer takes its time.
  if (!request_.resend && request_.long_answer && body_bytes_ > kKeptBody) DropBody();
  observer_.OnHead(from.status(), from.headers());
}

bool UpstreamCall::OnBody(Exchange&, std::string_view bytes) { return observer_.OnBody(bytes); }

void UpstreamCall::OnFirstByte(Exchange& from, bool wanted) {
  const SteadyTime now = runtime_.timers.Now();
  Attempt& of = AttemptOf(from);
  of.first_byte = now - of.begun;
  if (hedge_ && wanted) Win(of);
  if (&of != now_) return;  // its failure
  if (!stats_.first_byte) stats_.first_byte = now - *stats_.upstream_since;
  // Of what may be sent again, its reader says whether it is an answer.
  if (!request_.resend && wanted && (request_.socket || from.is_good())) Answered(now);
}

void UpstreamCall::Answered(SteadyTime now) {
  if (std::exchange(now_->got_answer, true)) return;
  CountAnswer();
  now_->places.Answered(now_->first_byte, now);
}

void UpstreamCall::EndWell(SteadyTime now) {
  if (stats_.input_tokens || stats_.output_tokens) {
    now_->places.Used(stats_.input_tokens.value_or(0) + stats_.output_tokens.value_or(0));
  }
  now_->places.EndWell(now);
}

// A refused key is not billed, so the repetition is safe: with the key that the source has now or,
// while the new key is not yet known over there, with the one before it; else with another of the
// pool.
bool UpstreamCall::OnKeyRefused(Exchange& from) {
  // Of two, the other one goes on.
  if (request_.only_once || beside() || is_last_) return false;
  const SteadyTime now = runtime_.timers.Now();
  UpstreamKey::Key other;
  if (now_->keys_here < kMostRotations) {
    other = now_->pool_key->key->Instead(now_->key, from.started());
  }
  const PoolKey* next = now_->pool_key;
  if (!other) {
    now_->tried_keys |= uint64_t{1} << request_.upstream->keys().IndexOf(*now_->pool_key);
    next = request_.resend ? ChooseKey(*now_, now) : nullptr;
    if (!next) return false;
  }
  Log(*now_, v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED, false);
  from.Abort("401");
  TakeStats();
  from.GiveAwaySpan();
  from.Count(telemetry::AttemptResult::kRetried);
  request_.upstream->metrics(request_.use).Retry(telemetry::RetryCause::kCredentials);
  if (other) {
    now_->places.EndUnknown(now);
  } else {
    routing::Ruling refused;
    refused.blame = routing::Blame::kKey;
    now_->places.EndFailed(refused, v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED, now);
  }
  ++key_changes_;
  ++now_->keys_here;
  now_->pool_key = next;
  now_->key = std::move(other);
  WaitFor(Duration::zero(), "OTHER_KEY");
  return true;
}

void UpstreamCall::OnExchangeEnd(Exchange& from, Exchange::End end) {
  Attempt& of = AttemptOf(from);
  if (&of != now_ && end.error) return BesideFailed(of, *end.error, end.outcome);
  if (hedge_ && !end.error) Win(of);
  TakeStats();
  if (end.error) {
    if (!Follow(*end.error, end.outcome)) {
      end.error->stops_retries = budget_is_used_up_;
      TellSoonest(*end.error);
      Finish(std::move(end.error));
    }
    return;
  }
  const bool good = from.is_good();
  from.Count(good ? telemetry::AttemptResult::kSuccess : telemetry::AttemptResult::kFailed);
  StopClock();
  if (!request_.resend) {
    const SteadyTime now = runtime_.timers.Now();
    state_ = State::kOver;
    if (good) EndWell(now);
    now_->places.EndUnknown(now);
    return observer_.OnEnd(std::nullopt);
  }
  // Its reader may find that it is none (TryAgain).
  state_ = State::kJudged;
  observer_.OnEnd(std::nullopt);
  if (state_ != State::kJudged) return;
  const SteadyTime now = runtime_.timers.Now();
  Answered(now);
  EndWell(now);
  state_ = State::kOver;
}

// An attempt that was repeated failed for a reason, which its repetition's failure may not show.
void UpstreamCall::TellFirstFailure(Error& error) const {
  if (first_failure_.empty() || now_->exchange->status() != 0 || error.message == first_failure_) {
    return;
  }
  error.message += "; attempt 1: " + first_failure_;
}

void UpstreamCall::StopClock() {
  if (!stats_.upstream_since) return;
  const SteadyTime now = runtime_.timers.Now();
  stats_.upstream_time = stats_.UpstreamTime(now);
  stats_.upstream_since.reset();
}

void UpstreamCall::Finish(std::optional<Error> error) {
  StopClock();
  timer_.Cancel();
  LeaveQueue();
  if (hedge_) {
    StopHedgeTimer();
    CountHedge(/*won=*/false);
  }
  state_ = State::kOver;
  if (error) TellFirstFailure(*error);
  observer_.OnEnd(std::move(error));
}

}  // namespace inferwire::upstream
