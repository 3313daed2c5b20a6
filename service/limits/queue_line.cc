#include "limits/queue_line.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

namespace inferwire::limits {
namespace {

// What a party of weight one may take in its turn, in tokens.
constexpr int64_t kQuantum = 500;
// How long what a party took counts as "lately", and how long it counts as one that is there.
constexpr double kLatelySeconds = 10;
constexpr Duration kThere = std::chrono::seconds(30);
// What a party took is taken to be of so long at least.
constexpr double kFirstSeconds = 1;
// Of the estimate: enough to come near.
constexpr int kIterations = 8;
// What is held, as calls at once, is taken to come back in so long as long as nothing is known.
constexpr double kHeldSeconds = 1;

// A call's part of a turn is counted in tokens whatever the meter counts, so that a turn is about
// as many calls: an ordinary call has so many, and such a price.
int64_t InTokens(const Limit& limit, int64_t amount) {
  constexpr int64_t kTokensOfACall = 1250, kPicousdOfAToken = 2'000'000, kMost = 1'000'000'000'000;
  switch (limit.kind) {
    case LimitKind::kTokensPerDay:
    case LimitKind::kTokensPerMinute:
      return std::clamp<int64_t>(amount, 1, kMost);
    case LimitKind::kMoneyPerMonth:
    case LimitKind::kMoneyPerWeek:
    case LimitKind::kMoneyPerDay:
      return std::clamp<int64_t>(amount / kPicousdOfAToken, 1, kMost);
    default:
      return std::clamp<int64_t>(amount, 1, kMost / kTokensOfACall) * kTokensOfACall;
  }
}

// How much of what the limit counts goes with a token of a turn.
double UnitsOfAToken(const Limit& limit) {
  constexpr int64_t kMuch = 1'000'000'000;
  return static_cast<double>(kMuch) / static_cast<double>(InTokens(limit, kMuch));
}

int64_t CostOf(const QueuedCall& call) { return InTokens(*call.shortage.limit, call.amount); }

double SecondsOf(Duration time) { return std::chrono::duration<double>(time).count(); }

Duration DurationOf(double seconds) {
  constexpr double kMost = 1e6;
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::clamp(seconds, 0.0, kMost)));
}

double TookLately(const QueueFlow& flow, SteadyTime now) {
  if (flow.took <= 0) return 0;
  return flow.took * std::exp(-SecondsOf(now - flow.took_at) / kLatelySeconds);
}

// The rate of what was seen for so long, of what it comes to over kLatelySeconds.
double Whole(double lately, double age) { return lately / (1 - std::exp(-age / kLatelySeconds)); }

bool SameTenant(const QueueParty& a, const QueueParty& b) {
  return a.priority == b.priority && a.tenant == b.tenant;
}

bool SameParty(const QueueParty& a, const QueueParty& b) {
  return SameTenant(a, b) && a.team == b.team;
}

}  // namespace

QueueFlow* QueueLine::FlowOf(const QueueParty& party, SteadyTime now) {
  Key key{party.tenant, party.priority, party.team};
  auto found = flows_.find(key);
  if (found == flows_.end()) {
    if (flows_.size() >= kMostFlows) Forget(now);
    found = flows_.try_emplace(std::move(key)).first;
    found->second.began = now;
  }
  QueueFlow& flow = found->second;
  // While it waits its weight stays what it was counted with.
  if (flow.calls.empty()) {
    flow.party = party;
    flow.party.tenant = std::get<0>(found->first);
    flow.party.team = std::get<2>(found->first);
  }
  flow.seen = now;
  return &flow;
}

void QueueLine::Forget(SteadyTime now) {
  std::erase_if(flows_, [&](const auto& each) {
    return each.second.calls.empty() && now - each.second.seen >= kThere;
  });
  // Whoever was seen longest ago makes room; those that wait are bounded by the queue.
  if (flows_.size() < kMostFlows) return;
  auto oldest = flows_.end();
  for (auto each = flows_.begin(); each != flows_.end(); ++each) {
    if (!each->second.calls.empty()) continue;
    if (oldest == flows_.end() || each->second.seen < oldest->second.seen) oldest = each;
  }
  if (oldest != flows_.end()) flows_.erase(oldest);
}

void QueueLine::Add(QueuedCall& call, SteadyTime now) {
  QueueFlow& flow = *FlowOf(call.ask.party, now);
  if (!call.shortage.pending) Lacked(now);
  if (flow.calls.empty()) {
    flow.deficit = 0;
    flow.turn = turns_.insert(turns_.end(), &flow);
    team_weights_[{std::string(flow.party.tenant), flow.party.priority}] += flow.party.team_weight;
  }
  // Nearly always the end: only who comes from another line is older than who waits here.
  auto place = flow.calls.end();
  while (place != flow.calls.begin() && (*std::prev(place))->number > call.number) --place;
  call.line = this;
  call.flow = &flow;
  call.place = flow.calls.insert(place, &call);
  flow.waiting += call.amount;
}

void QueueLine::Remove(QueuedCall& call) {
  QueueFlow& flow = *call.flow;
  flow.calls.erase(call.place);
  flow.waiting -= call.amount;
  call.line = nullptr;
  call.flow = nullptr;
  if (!flow.calls.empty()) return;
  turns_.erase(flow.turn);
  const auto weights = team_weights_.find({std::string(flow.party.tenant), flow.party.priority});
  if ((weights->second -= flow.party.team_weight) <= 0) team_weights_.erase(weights);
}

// The teams of a tenant that wait share its weight.
int64_t QueueLine::Quantum(const QueueParty& party) const {
  int64_t teams = party.team_weight;
  const auto waiting = team_weights_.find({std::string(party.tenant), party.priority});
  if (waiting != team_weights_.end()) {
    const auto flow = flows_.find(Key{party.tenant, party.priority, party.team});
    const bool counted = flow != flows_.end() && !flow->second.calls.empty();
    teams = waiting->second + (counted ? 0 : party.team_weight);
  }
  const int64_t weight = party.share * party.tenant_weight * party.team_weight;
  return std::max<int64_t>(kQuantum * weight / teams, 1);
}

QueuedCall* QueueLine::Next() {
  size_t passed = 0;
  while (!turns_.empty()) {
    QueueFlow& flow = *turns_.front();
    const int64_t cost = CostOf(*flow.calls.front());
    if (flow.deficit < cost) flow.deficit += Quantum(flow.party);
    if (flow.deficit >= cost) return flow.calls.front();
    turns_.splice(turns_.end(), turns_, flow.turn);
    if (++passed < turns_.size()) continue;
    SkipRounds();
    passed = 0;
  }
  return nullptr;
}

void QueueLine::SkipRounds() {
  int64_t rounds = INT64_MAX;
  for (const QueueFlow* flow : turns_) {
    const int64_t missing = CostOf(*flow->calls.front()) - flow->deficit;
    rounds = std::min(rounds, (missing - 1) / Quantum(flow->party));
  }
  if (rounds <= 0) return;
  for (QueueFlow* flow : turns_) flow->deficit += rounds * Quantum(flow->party);
}

void QueueLine::Served(QueuedCall& call, SteadyTime now) {
  QueueFlow& flow = *call.flow;
  if (!call.shortage.pending) Lacked(now);
  flow.deficit -= CostOf(call);
  Remove(call);
  Took(call.ask.party, call.amount, now);
  if (!flow.calls.empty() && flow.deficit < CostOf(*flow.calls.front())) {
    turns_.splice(turns_.end(), turns_, flow.turn);
  }
}

void QueueLine::Took(const QueueParty& party, int64_t amount, SteadyTime now) {
  QueueFlow& flow = *FlowOf(party, now);
  flow.took = TookLately(flow, now) + static_cast<double>(amount) / kLatelySeconds;
  flow.took_at = now;
}

// How much comes in a second. What is held comes back as fast as it was seen to.
double QueueLine::RateOf(const Shortage& shortage, SteadyTime now) const {
  const Limit& limit = *shortage.limit;
  if (IsFlow(limit.kind) && shortage.per_second > 0) return shortage.per_second;
  const double age = SecondsOf(now - began_);
  double took = 0;
  for (const auto& [_, flow] : flows_) took += TookLately(flow, now);
  if (age >= kHeldSeconds && took > 0) return Whole(took, age);
  return std::max(static_cast<double>(limit.amount()), 1.0) / kHeldSeconds;
}

// It takes some rounds until all of it is served. Meanwhile each of the others takes its turns, or,
// if that is less, what it has waiting and what it goes on to send, as fast as it did lately. That
// depends on the time itself, which is found from above: it only gets less.
Duration QueueLine::Eta(const QueueParty& party, int64_t ahead, const Shortage& shortage,
                        SteadyTime now) const {
  struct Other {
    double turns, waiting, per_second;
  };
  const Limit& limit = *shortage.limit;
  const double all = RateOf(shortage, now);
  const auto own = static_cast<double>(shortage.needed);
  const double needed = static_cast<double>(ahead) + own;
  const double unit = UnitsOfAToken(limit);
  const auto turn = [&](const QueueParty& of) { return unit * static_cast<double>(Quantum(of)); };
  const double rounds = std::max(1.0, std::ceil(needed / turn(party)));
  std::vector<Other> others;
  double most = 0;
  for (const auto& [_, flow] : flows_) {
    if (SameParty(flow.party, party)) continue;
    // Who has just come may be anybody: nothing is made of a moment.
    const double took =
        Whole(TookLately(flow, now), std::max(SecondsOf(now - flow.began), kFirstSeconds));
    if (flow.calls.empty() && now - flow.seen >= kThere) continue;
    double turns = rounds * turn(flow.party);
    // A part of the turn that is under way is over.
    if (!turns_.empty() && turns_.front() == &flow) {
      turns -=
          turn(flow.party) - std::min(unit * static_cast<double>(flow.deficit), turn(flow.party));
    }
    others.push_back({turns, static_cast<double>(flow.waiting), took});
    most += others.back().turns;
  }
  double until_served = (needed + most) / all;
  for (int i = 0; i < kIterations; ++i) {
    double before = 0;
    for (const Other& other : others) {
      before += std::min(other.turns, other.waiting + other.per_second * until_served);
    }
    until_served = (needed + before) / all;
  }
  if (!IsFlow(limit.kind)) return DurationOf(until_served);
  // What is there already, or is owed, is in the wait for the call's own need.
  return DurationOf(until_served - own / all + SecondsOf(shortage.wait));
}

Standing QueueLine::StandingOf(const QueuedCall& call, SteadyTime now) const {
  Standing standing;
  standing.shortage = call.shortage;
  int64_t ahead = 0;
  for (const QueuedCall* each : call.flow->calls) {
    if (each == &call) break;
    ahead += each->amount;
  }
  for (const QueueFlow* flow : turns_) {
    if (!SameTenant(flow->party, call.ask.party)) continue;
    for (const QueuedCall* each : flow->calls) {
      if (each->number >= call.number) break;
      ++standing.position;
    }
  }
  standing.eta = Eta(call.ask.party, ahead, call.shortage, now);
  return standing;
}

int64_t QueueLine::Waiting(const QueueParty& party) const {
  const auto found = flows_.find(Key{party.tenant, party.priority, party.team});
  return found == flows_.end() ? 0 : found->second.waiting;
}

bool QueueLine::Old(SteadyTime now) const {
  return empty() && (!lacked_ || now - *lacked_ >= kThere);
}

}  // namespace inferwire::limits
