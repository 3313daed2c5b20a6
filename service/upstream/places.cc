#include "upstream/places.h"

#include <algorithm>
#include <utility>

namespace inferwire::upstream {

using Ended = routing::PlaceState::Ended;

namespace {

// What ended the attempt was none of the upstream's doing, and says nothing of it.
bool IsOurs(v1::ErrorReason reason) {
  return reason == v1::ERROR_REASON_DEADLINE || reason == v1::ERROR_REASON_CANCELLED ||
         reason == v1::ERROR_REASON_GATEWAY_ERROR ||
         reason == v1::ERROR_REASON_GATEWAY_OVERLOADED ||
         reason == v1::ERROR_REASON_GATEWAY_DRAINING;
}

}  // namespace

Places::~Places() { EndUnknown(begun_); }

bool Places::Begin(const Destination& destination, const Wish& wish, SteadyTime now) {
  EndUnknown(now);
  key_is_full_ = false;
  used_.reset();
  routing::PlaceState& endpoint =
      wish.endpoint ? *wish.endpoint->state : destination.upstream->endpoint();
  routing::PlaceState* const model = destination.state;
  const auto begins = [&](routing::PlaceState& place, routing::PlaceState::Ticket& ticket) {
    return place.TryBegin(now, wish.alone, &ticket);
  };
  const auto takes_anyway = [&](const routing::PlaceState& place) {
    return wish.anyway && !place.full() && place.At(now) != routing::Condition::kDrained;
  };
  queue_ = wish.queue;
  endpoint_ = begins(endpoint, endpoint_ticket_) ? &endpoint : nullptr;
  if (!endpoint_ && !takes_anyway(endpoint)) return false;
  if (!endpoint_ && wish.one_of_several) {  // or it would look idle beside the others
    endpoint.BeginAnyway(now, &endpoint_ticket_);
    endpoint_ = &endpoint;
  }
  model_ = model && begins(*model, model_ticket_) ? model : nullptr;
  if (model && !model_ && !takes_anyway(*model)) {
    Leave(Ended::kNeutral, Ended::kNeutral, v1::ERROR_REASON_UNSPECIFIED, now);
    return false;
  }
  key_is_full_ = wish.limits && !wish.limits->Take(destination.model, wish.tokens, of_limits_);
  if (key_is_full_) {
    Leave(Ended::kNeutral, Ended::kNeutral, v1::ERROR_REASON_UNSPECIFIED, now);
    return false;
  }
  held_ = true;
  upstream_ = destination.upstream;
  key_ = wish.key ? wish.key->state.get() : nullptr;
  cools_ = wish.cools;
  one_of_several_ = wish.one_of_several;
  single_key_ = wish.single_key;
  has_elsewhere_ = wish.has_elsewhere;
  begun_ = now;
  if (!key_) return true;
  model_name_ = destination.model;
  tokens_ = wish.tokens;
  in_limits_ = true;
  key_->Begin(model_name_, tokens_, now);
  return true;
}

void Places::Answered(Duration first_byte, SteadyTime now) {
  if (!held()) return;
  if (endpoint_) endpoint_->Answered(now, first_byte, endpoint_ticket_);
  if (model_) model_->Answered(now, first_byte, model_ticket_);
  if (key_) key_->Accepted(model_name_, now);
}

void Places::Learn(const std::vector<gateway::RateLimit>& limits, SteadyTime now) {
  if (!held() || !key_ || !in_limits_) return;
  for (const gateway::RateLimit& limit : limits) {
    key_->Learn(model_name_, {limit.metric, limit.limit, limit.remaining, limit.reset_after}, now);
  }
  LeaveLimits(now);
}

void Places::LeaveLimits(SteadyTime now) {
  if (key_ && std::exchange(in_limits_, false)) key_->End(model_name_, tokens_, now);
}

void Places::SettleLimits(std::optional<int64_t> tokens) {
  limits::Usage usage;
  usage.input_tokens = tokens.value_or(of_limits_.tokens());
  of_limits_.Settle(usage);
}

void Places::EndWell(SteadyTime now) {
  End(Ended::kGood, Ended::kGood, v1::ERROR_REASON_UNSPECIFIED, now);
}

void Places::EndUnknown(SteadyTime now) {
  End(Ended::kNeutral, Ended::kNeutral, v1::ERROR_REASON_UNSPECIFIED, now);
}

void Places::EndFailed(const routing::Ruling& ruling, v1::ErrorReason reason, SteadyTime now) {
  if (!held()) return;
  // What was refused, or answered with an error, used no tokens.
  const bool made_nothing =
      ruling.proof == routing::Proof::kRefused || ruling.proof == routing::Proof::kAnswered;
  if (made_nothing) SettleLimits(0);
  const auto blocked = ruling.blocked;
  switch (ruling.blame) {
    case routing::Blame::kNobody:
      // Who refuses a request for what is in it is well.
      if (ruling.proof == routing::Proof::kAnswered && !IsOurs(reason)) return EndWell(now);
      return End(Ended::kNeutral, Ended::kNeutral, reason, now);
    case routing::Blame::kEndpoint:
      if (blocked && one_of_several_ && endpoint_) {
        endpoint_->CoolDown(now + *blocked, now, reason);  // the others take what it would
      } else if (blocked && cools_ && model_) {
        model_->CoolDown(now + *blocked, now, reason);  // other models may be well there
      }
      return End(Ended::kFailed, Ended::kNeutral, reason, now);
    case routing::Blame::kModel:
      if (!blocked && IsEndpointsFault(now)) {
        return End(Ended::kFailed, Ended::kNeutral, reason, now);
      }
      if (blocked && cools_ && model_) model_->CoolDown(now + *blocked, now, reason);
      // Among several, that this one is well is still to be shown.
      return End(one_of_several_ ? Ended::kNeutral : Ended::kGood, Ended::kFailed, reason, now);
    case routing::Blame::kKey:
      if (key_) {
        const bool for_a_while = single_key_ || reason == v1::ERROR_REASON_INSUFFICIENT_QUOTA;
        key_->Remove(for_a_while ? routing::KeyState::Removal::kForAWhile
                                 : routing::KeyState::Removal::kUntilRestored,
                     now);
      }
      return EndWell(now);
    case routing::Blame::kKeyLimit:
      if (key_) {
        key_->CoolDown(model_name_, blocked ? std::optional<Duration>(*blocked) : std::nullopt,
                       now);
      } else if (blocked && has_elsewhere_ && model_) {
        model_->CoolDown(now + *blocked, now, reason);  // it is asked without a key
      }
      return End(Ended::kNeutral, Ended::kNeutral, reason, now);
  }
}

bool Places::IsEndpointsFault(SteadyTime now) {
  if (!one_of_several_ || !endpoint_) return false;
  return endpoint_->FailsAlone(now, [this, now](SteadyTime since) {
    if (model_) return model_->AnsweredSince(since, now);
    // Of a model that no configuration names nothing is known: whatever the others answer counts.
    return std::ranges::any_of(*upstream_->endpoints(), [&](const auto& endpoint) {
      return endpoint->state.get() != endpoint_ && endpoint->state->AnsweredSince(since, now);
    });
  });
}

void Places::End(Ended endpoint, Ended model, v1::ErrorReason reason, SteadyTime now) {
  if (!std::exchange(held_, false)) return;
  SettleLimits(used_);
  Leave(endpoint, model, reason, now);
  LeaveLimits(now);
  key_ = nullptr;
}

void Places::Leave(Ended endpoint, Ended model, v1::ErrorReason reason, SteadyTime now) {
  if (endpoint_) {
    std::exchange(endpoint_, nullptr)->End(endpoint, now, std::nullopt, reason, &endpoint_ticket_);
  }
  if (model_) {
    std::exchange(model_, nullptr)->End(model, now, std::nullopt, reason, &model_ticket_);
  }
  if (queue_) std::exchange(queue_, nullptr)->Wake();
}

}  // namespace inferwire::upstream
