#include "policy/quota/quota.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "policy/quota/refusal.h"

namespace inferwire::policy {
namespace {

// What the provider reported is booked; what it did not is taken to be as expected if the call came
// to its end, and nothing otherwise: an estimate of what may be billed all the same is in the
// settlement.
limits::Usage UsageOf(const Settlement& settlement, const limits::Reservation& reservation) {
  limits::Usage usage;
  usage.counts = settlement.sent_upstream;
  const bool good = settlement.code == Code::kOk;
  const limits::Demand& expected = reservation.demand;
  usage.input_tokens = settlement.input_tokens.value_or(good ? expected.input_tokens : 0);
  usage.output_tokens = settlement.output_tokens.value_or(good ? expected.output_tokens : 0);
  usage.picousd = settlement.picousd.value_or(good ? expected.picousd : 0);
  return usage;
}

// Up to a tenth, another one each time; a step of Weyl's sequence is as good as chance here.
Duration Spread(Duration wait, std::atomic<uint64_t>& state) {
  const uint64_t bits = state.fetch_add(0x9E3779B97F4A7C15u, std::memory_order_relaxed);
  return Duration(wait.count() / 10 / 1024 * static_cast<int64_t>(bits >> 54));
}

// Of the models that a route's name stands for, the first: which one it will be is not known yet.
std::string MeaningOf(const Call& call) {
  if (call.model.empty() || !call.models) return call.model;
  tenancy::ModelMeaning meaning = call.models->MeaningOf(call.model);
  return meaning.models.empty() ? call.model : std::move(meaning.models.front().id);
}

}  // namespace

Quota::Quota(Parts parts)
    : models_(std::move(parts.models)),
      clock_(parts.clock),
      metrics_(parts.metrics),
      allowances_(std::move(parts.settings), std::move(parts.counts), parts.metrics),
      spread_(parts.seed) {}

Result<void> Quota::Admit(Call& call) {
  if (call.answered_here) return {};
  if (!call.principal) return {};
  const tenancy::Principal& who = *call.principal;
  const auto now = limits::Moment::Of(clock_);
  const std::string name = MeaningOf(call);
  ModelFacts::Facts model;
  if (!name.empty()) model = models_->Of(name);
  if (model.id.empty() && allowances_.Names(name)) model.id = name;
  limits::Reservation reservation;
  reservation.from = allowances_.Find({who.tenant, who.team, who.key}, model.id, now);
  if (!reservation.from) return TooManyMeters();
  if (reservation.from->set.empty()) return {};
  // A call of no model (a file, a list) uses no tokens that could be foreseen.
  if (!call.model.empty()) {
    reservation.facts = {.request_bytes = call.request_bytes,
                         .output = call.output,
                         .model_max_output = model.max_output,
                         .input_price = model.input_price,
                         .output_price = model.output_price};
    reservation.demand = Expect(reservation.facts, *reservation.from->experience);
  }
  const auto taken = reservation.from->set.Take(reservation.demand, now);
  for (const limits::Limit* limit : taken.exceeded) {
    metrics_.Decided(limit->scope, Name(limit->kind), telemetry::LimitDecision::kExceeded);
  }
  if (taken.shortage) return Refuse(*taken.shortage, call, now);
  call.reserved = std::move(reservation);
  return {};
}

void Quota::Settle(const Call& call, const Settlement& settlement) {
  const limits::Reservation& reservation = call.reserved;
  if (!reservation.from) return;
  const limits::Usage usage = UsageOf(settlement, reservation);
  reservation.from->set.Settle(reservation.demand, usage, limits::Moment::Of(clock_));
  if (settlement.code != Code::kOk) return;
  limits::Usage reported;
  reported.input_tokens = settlement.input_tokens.value_or(0);
  reported.output_tokens = settlement.output_tokens.value_or(0);
  Learn(reservation.facts, reported, *reservation.from->experience);
}

Error Quota::Refuse(const limits::Shortage& shortage, const Call& call, limits::Moment now) {
  const limits::Limit& limit = *shortage.limit;
  metrics_.Decided(limit.scope, Name(limit.kind), telemetry::LimitDecision::kRefused);
  const Duration wait = shortage.wait + Spread(shortage.wait, spread_);
  Error error = Refusal(shortage, std::chrono::ceil<std::chrono::milliseconds>(wait));
  // By then it would be too late.
  if (call.caller_deadline && now.steady + wait >= *call.caller_deadline)
    error.stops_retries = true;
  return error;
}

}  // namespace inferwire::policy
