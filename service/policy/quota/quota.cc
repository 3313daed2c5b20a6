#include "policy/quota/quota.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "limits/sums.h"
#include "policy/quota/limit_state.h"
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
  const Settlement::Spent& besides = settlement.failed_attempts;
  usage.input_tokens = limits::Plus(usage.input_tokens, besides.input_tokens);
  usage.output_tokens = limits::Plus(usage.output_tokens, besides.output_tokens);
  usage.picousd = limits::Plus(usage.picousd, besides.picousd);
  return usage;
}

// Up to a tenth, another one each time; a step of Weyl's sequence is as good as chance here.
Duration Spread(Duration wait, std::atomic<uint64_t>& state) {
  const uint64_t bits = state.fetch_add(0x9E3779B97F4A7C15u, std::memory_order_relaxed);
  return Duration(wait.count() / 10 / 1024 * static_cast<int64_t>(bits >> 54));
}

// Of the models that a route's name stands for, the first: which one it will be is not known yet.
std::string MeaningOf(std::string_view model, const tenancy::ModelNames* names) {
  if (model.empty() || !names) return std::string(model);
  tenancy::ModelMeaning meaning = names->MeaningOf(model);
  if (!meaning.now.empty()) return std::move(meaning.now);
  return meaning.models.empty() ? std::string(model) : std::move(meaning.models.front().id);
}

}  // namespace

Quota::Quota(Parts parts)
    : models_(std::move(parts.models)),
      clock_(parts.clock),
      metrics_(parts.metrics),
      allowances_(std::move(parts.settings), std::move(parts.counts), parts.metrics),
      spread_(parts.seed) {}

Quota::Want Quota::WantOf(const Call& call, limits::Moment now) {
  const tenancy::Principal& who = *call.principal;
  std::string user;
  if (!call.user.empty() && allowances_.LimitsUsersOf(who.tenant, who.team)) {
    user = tenancy::CountedUser(allowances_.settings().users, who.tenant, call.user);
  }
  Want want = Foresee({who.tenant, who.team, who.key, user}, MeaningOf(call.model, call.models),
                      call.request_bytes, call.output, now);
  want.user = std::move(user);
  want.reservation.since = now.steady;
  want.reservation.demand.costs_nothing = call.costs_nothing;
  return want;
}

limits::QueueParty Quota::QueueOf(const Party& party) const {
  limits::QueueParty queued{.tenant = party.tenant,
                            .team = party.team,
                            .priority = static_cast<int>(party.priority),
                            .share = gateway::ShareOf(party.priority),
                            .percent_of_bounds = gateway::PartOf(100, party.priority)};
  const auto& tenants = allowances_.settings().tenants;
  const auto found = tenants.find(party.tenant);
  if (found == tenants.end()) return queued;
  queued.tenant_weight = found->second.weight;
  const auto weight = found->second.team_weights.find(party.team);
  if (weight != found->second.team_weights.end()) queued.team_weight = weight->second;
  return queued;
}

limits::MeterSet::Taken Quota::TakeFor(const limits::Reservation& reservation, const Party& party,
                                       limits::Moment now) {
  limits::FairQueue* const queue = allowances_.queue();
  return queue && queue->busy() ? queue->Take(reservation, QueueOf(party), now)
                                : reservation.from->set.Take(reservation.demand, now);
}

std::optional<limits::Shortage> Quota::Take(Call& call, const Want& want, limits::Moment now) {
  const limits::Reservation& reservation = want.reservation;
  auto taken = TakeFor(reservation, PartyOf(call), now);
  CountExceeded(taken.exceeded);
  if (taken.shortage) return taken.shortage;
  call.reserved = reservation;
  const Told told = taken.nearly_used ? Told::kNearlyUsed : Told::kNone;
  call.admitted = AdmittedWith(call.reserved, call.include_limits ? Told::kAll : told, now);
  return std::nullopt;
}

void Quota::CountExceeded(const std::vector<const limits::Limit*>& exceeded) {
  for (const limits::Limit* limit : exceeded) {
    metrics_.Decided(ScopeLabel(limit->scope), Name(limit->kind),
                     telemetry::LimitDecision::kExceeded);
  }
}

bool Quota::HoldsFor(Call& call) {
  if (call.answered_here || call.unmetered || !call.principal) return false;
  if (!call.granted) return true;
  const Told told = call.include_limits ? Told::kAll : Told::kNearlyUsed;
  call.admitted = AdmittedWith(call.reserved, told, limits::Moment::Of(clock_));
  return false;
}

Result<void> Quota::Admit(Call& call) {
  if (!HoldsFor(call)) return {};
  const auto now = limits::Moment::Of(clock_);
  const Want want = WantOf(call, now);
  if (!want.reservation.from) return TooManyMeters();
  if (want.reservation.from->set.empty()) return {};
  const auto shortage = Take(call, want, now);
  return shortage ? Result<void>(Refuse(*shortage, call, now)) : Result<void>();
}

Result<limits::Ticket> Quota::AdmitOrPark(Call& call, const Waiting& waiting) {
  if (!HoldsFor(call)) return limits::Ticket();
  const auto now = limits::Moment::Of(clock_);
  Want want = WantOf(call, now);
  if (!want.reservation.from) return TooManyMeters();
  if (want.reservation.from->set.empty()) return limits::Ticket();
  const auto shortage = Take(call, want, now);
  if (!shortage) return limits::Ticket();
  if (shortage->spent || !allowances_.queue()) return Refuse(*shortage, call, now);
  return Park(call, std::move(want), *shortage, waiting, now);
}

Duration Quota::LongestWait(const Call& call, const Want& want, const limits::Shortage& shortage,
                            const Waiting& waiting, limits::Moment now) const {
  const QuotaSettings& settings = allowances_.settings();
  Duration longest = settings.max_queue_wait;
  if (waiting.longest) longest = std::min(longest, *waiting.longest);
  if (shortage.pending) longest = std::max(longest, settings.first_lease_wait);
  // Whoever goes on has to have the time that such calls take.
  const Duration takes = want.reservation.from->experience->time.get();
  return std::min(longest, call.deadline - now.steady - takes);
}

Result<limits::Ticket> Quota::Park(const Call& call, Want want, const limits::Shortage& shortage,
                                   const Waiting& waiting, limits::Moment now) {
  limits::QueueAsk ask;
  ask.longest = LongestWait(call, want, shortage, waiting, now);
  ask.party = QueueOf(PartyOf(call));
  ask.key = call.principal->key;
  ask.user = std::move(want.user);
  ask.model = std::move(want.model);
  ask.bytes = call.request_bytes;
  ask.first_lease = shortage.pending;
  ask.wants = std::move(want.reservation);
  if (ask.longest <= Duration::zero()) return Refuse(shortage, call, now);
  // The shortage's limit is in there.
  const std::shared_ptr<const limits::Allowance> kept = ask.wants.from;
  auto joined = allowances_.queue()->Join(std::move(ask), shortage, waiting.mailbox);
  if (joined.ticket) return std::move(joined.ticket);
  if (joined.closed) return NobodyWaits();
  limits::Shortage told = shortage;
  told.wait = std::max(shortage.wait, joined.eta);
  if (!joined.full) return Refuse(told, call, now);
  metrics_.Decided(ScopeLabel(shortage.limit->scope), Name(shortage.limit->kind),
                   telemetry::LimitDecision::kRefused);
  return QueueIsFull(*joined.full, std::chrono::ceil<std::chrono::milliseconds>(
                                       told.wait + Spread(told.wait, spread_)));
}

Error Quota::TurnAway(const Call& call, const limits::Ticket& ticket) {
  if (ticket.state() == limits::TicketState::kClosed) return NobodyWaits();
  const limits::Standing standing = ticket.standing();
  limits::Shortage told = standing.shortage;
  told.wait = std::max(told.wait, standing.eta);
  Error error = Refuse(told, call, limits::Moment::Of(clock_));
  AddWaited(call.queued_for, error);
  return error;
}

std::shared_ptr<const limits::Allowance> Quota::AllowanceOf(const limits::FairQueue::Who& who) {
  return allowances_.Find({who.tenant, who.team, who.key, who.user}, who.model,
                          limits::Moment::Of(clock_));
}

Quota::Want Quota::Foresee(const policy::Scope& scope, const std::string& name,
                           int64_t request_bytes, limits::OutputBound output, limits::Moment now) {
  ModelFacts::Facts model;
  if (!name.empty()) model = models_->Of(name);
  if (model.id.empty() && allowances_.Names(name)) model.id = name;
  Want want;
  limits::Reservation& reservation = want.reservation;
  reservation.from = allowances_.Find(scope, model.id, now);
  // A call of no model (a file, a list) uses no tokens that could be foreseen.
  if (name.empty() || !reservation.from || reservation.from->set.empty()) return want;
  reservation.facts = {.request_bytes = request_bytes,
                       .output = output,
                       .model_max_output = model.max_output,
                       .input_price = model.input_price,
                       .output_price = model.output_price};
  reservation.demand = Expect(reservation.facts, *reservation.from->experience);
  want.model = std::move(model.id);
  return want;
}

void Quota::Settle(const Call& call, const Settlement& settlement) {
  const limits::Reservation& reservation = call.reserved;
  if (!reservation.from) return;
  const limits::Usage usage = UsageOf(settlement, reservation);
  const auto now = limits::Moment::Of(clock_);
  reservation.from->set.Settle(reservation.demand, usage, now);
  if (limits::FairQueue* const queue = allowances_.queue()) queue->Settled(reservation.from->set);
  if (settlement.code != Code::kOk) return;
  if (settlement.sent_upstream)
    reservation.from->experience->time.Learn(now.steady - reservation.since);
  limits::Usage reported;
  reported.input_tokens = settlement.input_tokens.value_or(0);
  reported.output_tokens = settlement.output_tokens.value_or(0);
  Learn(reservation.facts, reported, *reservation.from->experience);
}

std::vector<v1::LimitState> Quota::StatesOf(const CallerLimits::Scope& scope) {
  const auto now = limits::Moment::Of(clock_);
  std::vector<v1::LimitState> states;
  for (const limits::Limit& limit : allowances_.AllOf({scope.tenant, scope.team, scope.key}, now)) {
    states.push_back(StateOf(limit, limits::LevelOf(limit, now)));
  }
  return states;
}

Quota::Outlook Quota::OutlookOf(const CallerLimits::Scope& scope, std::string_view model,
                                int64_t request_bytes, limits::OutputBound output,
                                const tenancy::ModelNames& names) {
  const auto now = limits::Moment::Of(clock_);
  const std::string name = MeaningOf(model, &names);
  Outlook outlook;
  const Want want =
      Foresee({scope.tenant, scope.team, scope.key}, name, request_bytes, output, now);
  const limits::Reservation& reservation = want.reservation;
  if (!reservation.from) {
    outlook.refusal = TooManyMeters();
    return outlook;
  }
  outlook.limits = AdmittedWith(reservation, Told::kAll, now).limits;
  if (reservation.facts.input_price > 0 || reservation.facts.output_price > 0) {
    outlook.expected_picousd = reservation.demand.picousd;
  }
  const Party party{scope.tenant, scope.team, gateway::Priority::kInteractive};
  const auto taken = TakeFor(reservation, party, now);
  if (!taken.shortage) {
    limits::Usage nothing;
    nothing.counts = false;
    reservation.from->set.Settle(reservation.demand, nothing, now);
    return outlook;
  }
  if (const limits::FairQueue* const queue = allowances_.queue();
      queue && queue->on() && !taken.shortage->spent) {
    const Duration wait = queue->EtaOf(QueueOf(party), *taken.shortage, now.steady);
    if (wait <= allowances_.settings().max_queue_wait) {
      outlook.would_wait = wait;
      return outlook;
    }
  }
  outlook.refusal =
      Refusal(*taken.shortage, std::chrono::ceil<std::chrono::milliseconds>(taken.shortage->wait));
  return outlook;
}

int64_t Quota::ExpectedCost(const CallerLimits::Scope& scope, std::string_view model,
                            int64_t request_bytes, const tenancy::ModelNames& names) {
  const auto now = limits::Moment::Of(clock_);
  const Want want = Foresee({scope.tenant, scope.team, scope.key}, MeaningOf(model, &names),
                            request_bytes, {}, now);
  return want.reservation.demand.picousd;
}

limits::MeterSet Quota::BudgetsOf(const CallerLimits::Scope& scope, limits::Moment now) {
  const auto found = allowances_.Find({scope.tenant, scope.team, scope.key}, "", now);
  if (!found) return {};
  std::vector<limits::Limit> budgets;
  for (const limits::Limit& limit : found->set.limits()) {
    if (IsMoney(limit.kind)) budgets.push_back(limit);
  }
  return limits::MeterSet(std::move(budgets));
}

Result<void> Quota::CheckBudgets(const CallerLimits::Scope& scope, int64_t picousd) {
  const auto now = limits::Moment::Of(clock_);
  const limits::MeterSet budgets = BudgetsOf(scope, now);
  limits::Demand demand;
  demand.picousd = std::max<int64_t>(picousd, 1);
  for (const limits::Limit& limit : budgets.limits()) {
    if (limit.on_exceed == limits::OnExceed::kWarn) continue;
    if (limits::LevelOf(limit, now).remaining >= limit.Of(demand)) continue;
    metrics_.Decided(ScopeLabel(limit.scope), Name(limit.kind), telemetry::LimitDecision::kRefused);
    const limits::Shortage shortage = budgets.ShortageOf(limit, demand, now);
    return Refusal(shortage, std::chrono::ceil<std::chrono::milliseconds>(shortage.wait));
  }
  return {};
}

void Quota::Spend(const CallerLimits::Scope& scope, int64_t picousd) {
  const auto now = limits::Moment::Of(clock_);
  limits::Usage usage;
  usage.picousd = picousd;
  BudgetsOf(scope, now).Settle({}, usage, now);
}

void Quota::Visit(const std::function<void(const limits::Limit&, const limits::Level&)>& visit) {
  const auto now = limits::Moment::Of(clock_);
  for (const limits::Limit& limit : allowances_.InUse()) visit(limit, limits::LevelOf(limit, now));
}

Error Quota::Refuse(const limits::Shortage& shortage, const Call& call, limits::Moment now) {
  const limits::Limit& limit = *shortage.limit;
  metrics_.Decided(ScopeLabel(limit.scope), Name(limit.kind), telemetry::LimitDecision::kRefused);
  const Duration wait = shortage.wait + Spread(shortage.wait, spread_);
  Error error = Refusal(shortage, std::chrono::ceil<std::chrono::milliseconds>(wait));
  // By then it would be too late.
  if (call.caller_deadline && now.steady + wait >= *call.caller_deadline)
    error.stops_retries = true;
  return error;
}

}  // namespace inferwire::policy
