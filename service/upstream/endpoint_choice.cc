#include "upstream/endpoint_choice.h"

#include <algorithm>

namespace inferwire::upstream {
namespace {

using routing::Candidate;
using routing::Condition;

bool Has(const TriedEndpoints& tried, const Endpoint* endpoint) {
  return std::any_of(tried.begin(), tried.end(),
                     [&](const auto& each) { return each->state == endpoint->state; });
}

std::vector<Candidate> Look(const EndpointSet& endpoints, const TriedEndpoints& tried,
                            SteadyTime now) {
  std::vector<Candidate> candidates(endpoints.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    const routing::PlaceState& state = *endpoints[i]->state;
    Candidate& candidate = candidates[i];
    candidate.hash = endpoints[i]->hash;
    candidate.condition = state.At(now);
    candidate.in_flight = state.in_flight();
    candidate.mean = state.mean();
    candidate.warmth = state.Warmth(now);
    candidate.full = state.full();
    candidate.tried = Has(tried, endpoints[i].get());
  }
  return candidates;
}

// Those that are out, but too many at once: always the same ones of them. Where all are, there are
// none to be kept from too much, and the upstream is out.
std::vector<bool> Panicking(const std::vector<Candidate>& candidates, int most_out) {
  std::vector<bool> panicking;
  const auto is_out = [](const Candidate& each) { return each.condition == Condition::kOut; };
  const size_t out = static_cast<size_t>(std::ranges::count_if(candidates, is_out));
  const size_t most = candidates.size() * static_cast<size_t>(most_out) / 100;
  if (out <= most || out == candidates.size()) return panicking;
  panicking.resize(candidates.size());
  size_t left = out - most;
  for (size_t i = 0; i < candidates.size() && left > 0; ++i) {
    if (!is_out(candidates[i])) continue;
    panicking[i] = true;
    --left;
  }
  return panicking;
}

// With those that panic among the others; which they are.
std::vector<bool> LetPanic(std::vector<Candidate>& candidates, int most_out) {
  std::vector<bool> panicking = Panicking(candidates, most_out);
  for (size_t i = 0; i < panicking.size(); ++i) {
    if (panicking[i]) candidates[i].condition = Condition::kUp;
    if (panicking[i]) candidates[i].warmth = 1;
  }
  return panicking;
}

}  // namespace

EndpointsHealth HealthOf(const EndpointSet& endpoints, SteadyTime now) {
  EndpointsHealth health;
  health.any = !endpoints.empty();
  if (!health.any) return health;
  health.condition = Condition::kDrained;
  Duration means{}, deviations{};
  double warmth = 0;
  int answered = 0, taking = 0, full = 0, up = 0, busy = 0;
  for (const auto& endpoint : endpoints) {
    const routing::PlaceState& state = *endpoint->state;
    const Condition condition = state.At(now);
    health.condition = std::min(health.condition, condition);
    health.in_flight += state.in_flight();
    if (const Duration mean = state.mean(); mean > Duration::zero()) {
      means += mean;
      deviations += state.deviation();
      ++answered;
    }
    if (!routing::TakesCalls(condition)) continue;
    warmth += state.Warmth(now);
    ++taking;
    full += state.full() ? 1 : 0;
    if (condition == Condition::kProbing) continue;
    ++up;
    busy += state.full() ? 1 : 0;
  }
  if (answered > 0) {
    health.mean = means / answered;
    health.deviation = deviations / answered;
  }
  health.full = taking > 0 && full == taking;
  health.busy = up > 0 && busy == up;
  // Of the only one, in whatever condition; where all of several are out it does not matter.
  if (endpoints.size() == 1) health.warmth = endpoints.front()->state->Warmth(now);
  if (endpoints.size() > 1 && taking > 0) health.warmth = warmth / taking;
  return health;
}

std::optional<SteadyTime> EndpointBackAt(const EndpointSet& endpoints, SteadyTime now, bool alone) {
  std::optional<SteadyTime> soonest;
  for (const auto& endpoint : endpoints) {
    const auto back = endpoint->state->BackAt(now, alone);
    if (!back) return std::nullopt;
    if (!soonest || *back < *soonest) soonest = back;
  }
  return soonest;
}

bool HasOther(const EndpointSet& endpoints, const TriedEndpoints& tried, int most_out,
              SteadyTime now) {
  std::vector<Candidate> candidates = Look(endpoints, tried, now);
  LetPanic(candidates, most_out);
  return std::ranges::any_of(candidates, [](const Candidate& candidate) {
    return routing::Filter(candidate, {}, {}) == routing::Excluded::kNo;
  });
}

std::shared_ptr<const Endpoint> TakeEndpoint(const EndpointSet& endpoints,
                                             const TriedEndpoints& tried, const EndpointWish& wish,
                                             SteadyTime now, Random& random, const BeginAt& begin) {
  std::vector<Candidate> candidates = Look(endpoints, tried, now);
  const std::vector<bool> panicking = LetPanic(candidates, wish.most_out);
  routing::Traits traits;
  traits.affinity = wish.affinity;
  // Each is asked once: one that is probed may say no.
  const auto take = [&](Begin usual) -> std::shared_ptr<const Endpoint> {
    while (const auto choice = routing::Choose(candidates, traits, wish.balance, random)) {
      const auto& endpoint = endpoints[choice->target];
      const bool panics = !panicking.empty() && panicking[choice->target];
      if (begin(*endpoint, panics ? Begin::kPanic : usual)) return endpoint;
      candidates[choice->target].tried = true;
    }
    return nullptr;
  };
  if (auto taken = take(Begin::kUsual)) return taken;
  if (wish.alone) {
    for (size_t i = 0; i < candidates.size(); ++i) {
      if (candidates[i].condition != Condition::kOut || candidates[i].tried) continue;
      if (begin(*endpoints[i], Begin::kAlone)) return endpoints[i];
    }
  }
  if (!wish.anyway) return nullptr;
  for (size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].tried = Has(tried, endpoints[i].get());
    if (candidates[i].condition != Condition::kDrained) candidates[i].condition = Condition::kUp;
  }
  return take(Begin::kAnyway);
}

}  // namespace inferwire::upstream
