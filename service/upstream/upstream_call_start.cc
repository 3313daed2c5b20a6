// How an attempt begins: where, with which key, and what it waits for before.
#include <utility>

#include "openai/error_details.h"
#include "telemetry/endpoint_metrics.h"
#include "upstream/no_place.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

void UpstreamCall::StartAttempt() {
  const SteadyTime now = runtime_.timers.Now();
  if (now >= request_.deadline) {
    return Finish(
        openai::DeadlineExceeded("the deadline passed before the next attempt", attempt()));
  }
  if (auto error = FindPlace(now)) {
    if (!last_error_) return Finish(std::move(error));
    // It is of the attempt that was made, wherever a place was looked for since.
    stats_.upstream = stats_.attempt_log[last_failed_].upstream;
    stats_.model = stats_.attempt_log[last_failed_].model;
    return Finish(std::move(last_error_));
  }
  if (state_ == State::kWaiting && timer_.pending()) return;  // for a key or a place
  if (queued_) {
    LeaveQueue();
    now_->waited += now - *queued_;
    now_->destination.upstream->endpoint_metrics()->Waited(now -
                                                           *std::exchange(queued_, std::nullopt));
  }
  state_ = State::kRunning;
  stats_.http_status = 0;
  stats_.reached_upstream = false;
  if (stats_.attempts == 0) {
    if (request_.previous_attempts == 0 && !request_.only_once) {
      request_.upstream->retry_budget().Deposit(now);
    }
  } else {
    stats_.upstream_request_id.clear();
    stats_.first_byte.reset();
    now_->exchange.emplace(runtime_, request_, stats_, static_cast<Exchange::Owner&>(*this));
  }
  if (stats_.attempts > 0 || now_->fallback) observer_.OnNewAttempt(now_->destination);
  if (request_.targets) RecordRoute();
  BeginAttempt(*now_, request_.path, body_, now);
  if (hedge_) SetHedgeTimer();
}

void UpstreamCall::BeginAttempt(Attempt& attempt, std::string_view path,
                                std::shared_ptr<const std::string> body, SteadyTime now) {
  attempt.begun = now;
  attempt.got_answer = false;
  attempt.first_byte = Duration::zero();
  attempt.record.reset();
  if (attempt.pool_key && !attempt.key) attempt.key = attempt.pool_key->key->Current();
  ++stats_.attempts;
  attempt.exchange->Begin({.destination = &attempt.destination,
                           .path = path,
                           .number = stats_.attempts,
                           .source = attempt.pool_key,
                           .key = attempt.key,
                           .address = attempt.endpoint->address,
                           .body = std::move(body),
                           .fresh_connection = attempt.repeats_here > 0,
                           .first_byte = FirstByteLimit(attempt, now),
                           .connect = ConnectLimit(attempt, now)});
}

void UpstreamCall::RecordRoute() {
  const Route& route = request_.targets->route();
  stats_.route = {.name = route.name,
                  .strategy = routing::Name(route.strategy),
                  .chosen_by = now_->chosen_by,
                  .group = request_.targets->target(now_->target).group,
                  .fallback = now_->fallback};
}

std::optional<Error> UpstreamCall::FindPlace(SteadyTime now) {
  for (;;) {
    if (!now_->key) now_->pool_key = ChooseKey(*now_, now);
    const bool has_key = now_->pool_key || now_->destination.upstream->keys().empty();
    Places::Wish wish = WishOf(*now_);
    wish.alone = !request_.targets || !request_.targets->HasNext(now);
    // What the only place there is fails with is the caller's to hear.
    wish.anyway = !request_.targets && !request_.only_once;
    if (has_key && TakePlace(*now_, wish, now)) return {};
    if (HasRoomWithOtherKey(*now_, now)) continue;
    if (!request_.targets) return NoPlace(now);
    const auto picked = request_.targets->Next(now, runtime_.random);
    if (!picked) return NoPlace(now);
    MoveTo(*picked);
    if (stats_.attempts > 0) now_->cause = "NEXT_TARGET";
  }
}

// Waits for the soonest key if that is not too long, since it is what a key's limit asks for.
std::optional<Error> UpstreamCall::NoPlace(SteadyTime now) {
  const Destination& destination = now_->destination;
  const KeyPool& keys = destination.upstream->keys();
  if (!request_.only_once &&
      !keys.Available(destination.model, now_->tried_keys, now, has_elsewhere())) {
    const auto back = keys.BackAt(destination.model, now, has_elsewhere());
    if (back && WorthWaiting(*back - now, request_.deadline - now)) {
      const Duration wait = Spread(*back - now, runtime_.random);
      if (now + wait < request_.deadline) {
        now_->tried_keys = 0;
        WaitFor(wait, now_->cause);
        return std::nullopt;
      }
    }
  }
  const Queue queue = WaitForPlace(now);
  if (queue == Queue::kWaits) return std::nullopt;
  Error error = queue == Queue::kRefused
                    ? FullError("every endpoint of " + destination.upstream->name(), now)
                : request_.targets ? request_.targets->NoTarget(now)
                                   : NoPlaceAt(destination, now);
  error.metadata.merge(openai::AttemptMetadata(attempt()));
  return error;
}

void UpstreamCall::MoveTo(const Targets::Picked& picked) {
  LeaveQueue();
  queued_.reset();
  now_->GoTo(picked, request_.targets->destination(picked.index));
  const Destination& next = now_->destination;
  request_.upstream = next.upstream;
  request_.model = next.model;
  request_.path = request_.new_path(next);
  if (body_) {
    body_ = BodyFor(next, request_.head_bytes);
    body_bytes_ = body_->size();
    HoldRequest(body_bytes_);
  }
  if (request_.new_source) request_.source_bytes = request_.new_source(next);
  stats_.upstream = next.upstream->name();
  stats_.model = next.model;
  stats_.endings = next.endings;
}

std::shared_ptr<const std::string> UpstreamCall::BodyFor(const Destination& to,
                                                         size_t& head_bytes) const {
  std::string head = '{' + request_.new_head(to);
  const size_t of_head = head.size();
  std::string body;
  body.reserve(of_head + body_->size() - request_.head_bytes);
  body = std::move(head);
  body.append(*body_, request_.head_bytes);
  head_bytes = of_head;
  return std::make_shared<const std::string>(std::move(body));
}

const PoolKey* UpstreamCall::ChooseKey(const Attempt& attempt, SteadyTime now) const {
  const KeyPool& keys = attempt.destination.upstream->keys();
  // What it makes or names belongs to one key.
  if (!request_.resend) return request_.key.empty() ? keys.first() : keys.Find(request_.key);
  const uint64_t affinity = request_.targets ? request_.targets->traits().affinity : 0;
  const bool sticks =
      request_.targets && request_.targets->route().strategy == routing::Strategy::kAffinity;
  return keys.Choose(attempt.destination.model, request_.tokens, sticks ? affinity : 0,
                     attempt.tried_keys, now, has_elsewhere());
}

// A key that turns out to have used what it may is left out from then on, so this comes to an end.
bool UpstreamCall::HasRoomWithOtherKey(Attempt& attempt, SteadyTime now) const {
  if (!attempt.places.key_is_full() || !request_.resend) return false;
  attempt.key.reset();
  const PoolKey* const other = ChooseKey(attempt, now);
  return other && other != attempt.pool_key;
}

Places::Wish UpstreamCall::WishOf(const Attempt& attempt) const {
  const KeyPool& keys = attempt.destination.upstream->keys();
  const bool follows_key = !keys.is_single() || has_elsewhere();
  return {.key = follows_key ? attempt.pool_key : nullptr,
          .limits = keys.LimitsOf(attempt.pool_key),
          .single_key = keys.is_single(),
          .has_elsewhere = has_elsewhere(),
          .tokens = request_.tokens,
          .cools = request_.targets != nullptr};
}

void UpstreamCall::WaitFor(Duration wait, std::string_view cause) {
  if (hedge_) StopHedgeTimer();
  state_ = State::kWaiting;
  now_->cause = cause;
  now_->waited = wait;
  if (!stats_.upstream_since) stats_.upstream_since = runtime_.timers.Now();
  timer_.Set(runtime_.timers.Now() + wait);
}

}  // namespace inferwire::upstream
