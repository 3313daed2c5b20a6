#include "upstream/upstream_call.h"

#include <algorithm>
#include <utility>

#include "openai/error_details.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/route_metrics.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/failure_names.h"
#include "upstream/no_place.h"

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
  destination_.upstream = request_.upstream;
  destination_.model = request_.model;
  destination_.state = request_.model_state;
  exchange_.emplace(runtime_, request_, stats_, static_cast<Exchange::Owner&>(*this));
  stats_.operation = Name(request_.use);
  stats_.upstream = request_.upstream->name();
  stats_.model = request_.model;
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
    target_ = request_.first_target.index;
    chosen_by_ = request_.first_target.chosen_by;
  }
  StartAttempt();
}

void UpstreamCall::StartAttempt() {
  const SteadyTime now = runtime_.timers.Now();
  if (now >= request_.deadline) {
    return Finish(
        openai::DeadlineExceeded("the deadline passed before the next attempt", attempt()));
  }
  if (auto error = FindPlace(now)) {
    if (!last_error_) return Finish(std::move(error));
    // It is of the attempt that was made, wherever a place was looked for since.
    stats_.upstream = stats_.attempt_log.back().upstream;
    stats_.model = stats_.attempt_log.back().model;
    return Finish(std::move(last_error_));
  }
  if (state_ == State::kWaiting && timer_.pending()) return;  // for a key or a place
  if (queued_) {
    LeaveQueue();
    waited_ += now - *queued_;
    destination_.upstream->endpoint_metrics()->Waited(now - *std::exchange(queued_, std::nullopt));
  }
  state_ = State::kRunning;
  attempt_begun_ = now;
  got_answer_ = logged_ = false;
  first_byte_ = Duration::zero();
  stats_.http_status = 0;
  stats_.reached_upstream = false;
  ++stats_.attempts;
  if (stats_.attempts == 1) {
    if (request_.previous_attempts == 0 && !request_.only_once)
      request_.upstream->retry_budget().Deposit(now);
  } else {
    stats_.upstream_request_id.clear();
    stats_.first_byte.reset();
    exchange_.emplace(runtime_, request_, stats_, static_cast<Exchange::Owner&>(*this));
  }
  if (stats_.attempts > 1 || targets_tried_ > 1) observer_.OnNewAttempt(destination_);
  if (request_.targets) {
    const Route& route = request_.targets->route();
    stats_.route = {.name = route.name,
                    .strategy = routing::Name(route.strategy),
                    .chosen_by = chosen_by_,
                    .group = request_.targets->target(target_).group,
                    .fallback = targets_tried_ > 1};
  }
  if (pool_key_ && !key_) key_ = pool_key_->key->Current();
  exchange_->Begin({.source = pool_key_,
                    .key = key_,
                    .address = endpoint_->address,
                    .body = body_,
                    .fresh_connection = repeats_here_ > 0,
                    .first_byte = FirstByteLimit(now),
                    .connect = ConnectLimit(now)});
}

std::optional<Error> UpstreamCall::FindPlace(SteadyTime now) {
  for (;;) {
    if (!key_) pool_key_ = ChooseKey(now);
    const bool alone = !request_.targets || !request_.targets->HasNext(now);
    const KeyPool& keys = destination_.upstream->keys();
    const bool follows_key = !keys.is_single() || has_elsewhere();
    const Places::Wish wish{.key = follows_key ? pool_key_ : nullptr,
                            .single_key = keys.is_single(),
                            .has_elsewhere = has_elsewhere(),
                            .tokens = request_.tokens,
                            .alone = alone,
                            // What the only place there is fails with is the caller's to hear.
                            .anyway = !request_.targets && !request_.only_once,
                            .cools = request_.targets != nullptr};
    const bool has_key = pool_key_ || keys.empty();
    if (has_key && TakePlace(wish, now)) return {};
    if (!request_.targets) return NoPlace(now);
    const auto picked = request_.targets->Next(now, runtime_.random);
    if (!picked) return NoPlace(now);
    MoveTo(*picked);
    if (stats_.attempts > 0) cause_ = "NEXT_TARGET";
  }
}

// Waits for the soonest key if that is not too long, since it is what a key's limit asks for.
std::optional<Error> UpstreamCall::NoPlace(SteadyTime now) {
  const KeyPool& keys = destination_.upstream->keys();
  if (!request_.only_once &&
      !keys.Available(destination_.model, tried_keys_, now, has_elsewhere())) {
    const auto back = keys.BackAt(destination_.model, now, has_elsewhere());
    if (back && WorthWaiting(*back - now, request_.deadline - now)) {
      const Duration wait = Spread(*back - now, runtime_.random);
      if (now + wait < request_.deadline) {
        tried_keys_ = 0;
        WaitFor(wait, cause_);
        return std::nullopt;
      }
    }
  }
  const Queue queue = WaitForPlace(now);
  if (queue == Queue::kWaits) return std::nullopt;
  Error error = queue == Queue::kRefused
                    ? FullError("every endpoint of " + destination_.upstream->name(), now)
                : request_.targets ? request_.targets->NoTarget(now)
                                   : NoPlaceAt(destination_, now);
  error.metadata.merge(openai::AttemptMetadata(attempt()));
  return error;
}

void UpstreamCall::MoveTo(const Targets::Picked& picked) {
  LeaveQueue();
  queued_.reset();
  target_ = picked.index;
  chosen_by_ = picked.chosen_by;
  const Destination& next = request_.targets->destination(picked.index);
  ++targets_tried_;
  repeats_here_ = 0;
  tried_keys_ = 0;
  keys_here_ = 0;
  tried_endpoints_.clear();
  key_.reset();
  destination_ = next;
  request_.upstream = next.upstream;
  request_.model = next.model;
  request_.path = request_.new_path(next);
  if (body_) {
    std::string head = '{' + request_.new_head(next);
    std::string body;
    body.reserve(head.size() + body_->size() - request_.head_bytes);
    const size_t head_bytes = head.size();
    body = std::move(head);
    body.append(*body_, request_.head_bytes);
    request_.head_bytes = head_bytes;
    body_bytes_ = body.size();
    body_ = std::make_shared<const std::string>(std::move(body));
    HoldRequest(body_bytes_);
  }
  stats_.upstream = next.upstream->name();
  stats_.model = next.model;
}

const PoolKey* UpstreamCall::ChooseKey(SteadyTime now) const {
  const KeyPool& keys = request_.upstream->keys();
  // What it makes or names belongs to one key.
  if (!request_.resend) return request_.key.empty() ? keys.first() : keys.Find(request_.key);
  const uint64_t affinity = request_.targets ? request_.targets->traits().affinity : 0;
  const bool sticks =
      request_.targets && request_.targets->route().strategy == routing::Strategy::kAffinity;
  return keys.Choose(request_.model, request_.tokens, sticks ? affinity : 0, tried_keys_, now,
                     has_elsewhere());
}

void UpstreamCall::Cancel() {
  timer_.Cancel();
  LeaveQueue();
  StopClock();
  if (exchange_->Abort(kCancelledAttempt)) exchange_->Count(telemetry::AttemptResult::kFailed);
  const SteadyTime now = places_.held() ? runtime_.timers.Now() : SteadyTime();
  if (state_ == State::kJudged) Answered(now);
  if (got_answer_) {
    places_.EndWell(now);
  } else {
    places_.EndUnknown(now);
  }
  state_ = State::kOver;
}

void UpstreamCall::OnFirstOutput() {
  output_began_ = true;
  if (exchange_->status() / 100 == 2) Answered(runtime_.timers.Now());
  if (request_.long_answer && body_bytes_ > kKeptBody) DropBody();
}

// Of a route: the attempt in hand, unless it was found to have failed, is the one that answers.
void UpstreamCall::CountAnswer() {
  if (!request_.targets || !places_.held()) return;
  const telemetry::RouteTargetMetrics* const metrics = request_.targets->target(target_).metrics;
  if (metrics) (targets_tried_ > 1 ? metrics->fallbacks : metrics->answers).Increment();
}

void UpstreamCall::DropBody() {
  body_.reset();
  HoldRequest(0);
}

void UpstreamCall::HoldRequest(size_t bytes) {
  if (request_.memory) request_.memory->Set(gateway::CallMemory::kRequest, bytes);
}

openai::Attempt UpstreamCall::attempt() const {
  openai::Attempt attempt;
  attempt.upstream = request_.upstream->name();
  attempt.model = request_.model;
  attempt.number = stats_.attempts;
  attempt.output_began = output_began_;
  attempt.upstream_request_id = stats_.upstream_request_id;
  attempt.key = key_;
  attempt.fields = request_.fields;
  return attempt;
}

void UpstreamCall::OnHead(int status, const http::Headers& headers) {
  places_.Learn(exchange_->rate_limits(), runtime_.timers.Now());
  // What will not be sent again is not kept while the answer takes its time.
  if (!request_.resend && request_.long_answer && body_bytes_ > kKeptBody) DropBody();
  observer_.OnHead(status, headers);
}

void UpstreamCall::OnFirstByte(bool wanted) {
  const SteadyTime now = runtime_.timers.Now();
  if (!stats_.first_byte) stats_.first_byte = now - *stats_.upstream_since;
  first_byte_ = now - attempt_begun_;
  // Of what may be sent again, its reader says whether it is an answer.
  if (!request_.resend && wanted && exchange_->status() / 100 == 2) Answered(now);
}

void UpstreamCall::Answered(SteadyTime now) {
  if (std::exchange(got_answer_, true)) return;
  CountAnswer();
  places_.Answered(first_byte_, now);
}

// A refused key is not billed, so the repetition is safe: with the key that the source has now or,
// while the new key is not yet known over there, with the one before it; else with another of the
// pool.
bool UpstreamCall::OnKeyRefused() {
  if (request_.only_once) return false;
  const SteadyTime now = runtime_.timers.Now();
  UpstreamKey::Key other;
  if (keys_here_ < kMostRotations) {
    other = pool_key_->key->Instead(key_, exchange_->started());
  }
  const PoolKey* next = pool_key_;
  if (!other) {
    tried_keys_ |= uint64_t{1} << request_.upstream->keys().IndexOf(*pool_key_);
    next = request_.resend ? ChooseKey(now) : nullptr;
    if (!next) return false;
  }
  Log(v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED, false);
  exchange_->Abort("401");
  exchange_->GiveAwaySpan();
  exchange_->Count(telemetry::AttemptResult::kRetried);
  request_.upstream->metrics(request_.use).Retry(telemetry::RetryCause::kCredentials);
  if (other) {
    places_.EndUnknown(now);
  } else {
    routing::Ruling refused;
    refused.blame = routing::Blame::kKey;
    places_.EndFailed(refused, v1::ERROR_REASON_UPSTREAM_CREDENTIALS_REJECTED, now);
  }
  ++key_changes_;
  ++keys_here_;
  pool_key_ = next;
  key_ = std::move(other);
  WaitFor(Duration::zero(), "OTHER_KEY");
  return true;
}

void UpstreamCall::OnExchangeEnd(Exchange::End end) {
  if (end.error) {
    if (!Follow(*end.error, end.outcome)) {
      end.error->stops_retries = budget_is_used_up_;
      TellSoonest(*end.error);
      Finish(std::move(end.error));
    }
    return;
  }
  const bool good = exchange_->status() / 100 == 2;
  exchange_->Count(good ? telemetry::AttemptResult::kSuccess : telemetry::AttemptResult::kFailed);
  StopClock();
  if (!request_.resend) {
    const SteadyTime now = runtime_.timers.Now();
    state_ = State::kOver;
    if (good) places_.EndWell(now);
    places_.EndUnknown(now);
    return observer_.OnEnd(std::nullopt);
  }
  // Its reader may find that it is none (TryAgain).
  state_ = State::kJudged;
  observer_.OnEnd(std::nullopt);
  if (state_ != State::kJudged) return;
  const SteadyTime now = runtime_.timers.Now();
  Answered(now);
  places_.EndWell(now);
  state_ = State::kOver;
}

void UpstreamCall::WaitFor(Duration wait, std::string_view cause) {
  state_ = State::kWaiting;
  cause_ = cause;
  waited_ = wait;
  if (!stats_.upstream_since) stats_.upstream_since = runtime_.timers.Now();
  timer_.Set(runtime_.timers.Now() + wait);
}

// An attempt that was repeated failed for a reason, which its repetition's failure may not show.
void UpstreamCall::TellFirstFailure(Error& error) const {
  if (first_failure_.empty() || exchange_->status() != 0 || error.message == first_failure_) return;
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
  state_ = State::kOver;
  if (error) TellFirstFailure(*error);
  observer_.OnEnd(std::move(error));
}

}  // namespace inferwire::upstream
