#include "upstream/targets.h"

#include <algorithm>
#include <utility>

#include "openai/error_table.h"
#include "upstream/endpoint_choice.h"
#include "upstream/no_place.h"
#include "upstream/router.h"

namespace inferwire::upstream {
namespace {

using routing::Candidate;
using routing::Excluded;

void Later(std::optional<SteadyTime> back, std::optional<SteadyTime>& at) {
  if (back && (!at || *back > *at)) at = back;
}

}  // namespace

routing::Condition ConditionOf(const Target& target, SteadyTime now) {
  const routing::Condition endpoint = HealthOf(*target.upstream->endpoints(), now).condition;
  return target.state ? std::max(endpoint, target.state->At(now)) : endpoint;
}

Result<std::vector<Destination>> DestinationsOf(const Router& router, const Route& route,
                                                std::string_view asked) {
  std::vector<Destination> destinations;
  destinations.reserve(route.targets.size());
  std::optional<Error> fault;  // of the first that does not serve it
  bool served = false;
  for (const Target& target : route.targets) {
    auto destination = router.At(target, asked);
    if (!destination) {
      if (!fault) fault = std::move(destination.error());
      destination = Destination{.upstream = target.upstream, .model = target.model};
      destination->served = false;
    }
    served = served || destination->served;
    destinations.push_back(std::move(*destination));
  }
  if (!served && fault) return *std::move(fault);
  const bool some_last = std::ranges::any_of(
      destinations, [](const Destination& each) { return each.served && !each.left; });
  for (Destination& each : destinations) each.served &= !(some_last && each.left);
  return destinations;
}

Targets::Targets(const Route& route, std::vector<Destination> destinations, Preferences preferences,
                 routing::Traits traits, std::shared_ptr<EndpointViews> views)
    : route_(route),
      destinations_(std::move(destinations)),
      preferences_(std::move(preferences)),
      traits_(traits),
      marks_(destinations_.size()),
      views_(views ? std::move(views) : std::make_shared<EndpointViews>()) {
  traits_.only_upstream = preferences_.upstream;
  traits_.require_tags = preferences_.require_tags;
  traits_.exclude_upstreams = preferences_.exclude_upstreams;
}

void Targets::NeedLargerThan(size_t index) {
  const catalogue::Model* const failed = destinations_[index].model_info.get();
  if (!failed || !failed->context_window) return;  // any other may be larger
  for (size_t i = 0; i < destinations_.size(); ++i) {
    const catalogue::Model* const model = destinations_[i].model_info.get();
    if (!model || !model->context_window) continue;
    if (*model->context_window <= *failed->context_window) marks_[i].too_small = true;
  }
}

std::vector<Candidate> Targets::Look(SteadyTime now) const {
  std::vector<Candidate> candidates(destinations_.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Target& target = route_.targets[i];
    const Destination& destination = destinations_[i];
    const Upstream& upstream = *target.upstream;
    const EndpointsHealth endpoints = HealthOf(upstream.endpoints(*views_), now);
    Candidate& candidate = candidates[i];
    candidate.upstream = upstream.name();
    candidate.hash = target.hash;
    candidate.group = target.group;
    candidate.weight = target.weight;
    candidate.tags = target.tags;
    candidate.facts = destination.model_info.get();
    candidate.condition = endpoints.condition;
    candidate.has_endpoint = endpoints.any;
    candidate.has_key = upstream.keys().Available(destination.model, 0, now, route_.has_several());
    candidate.full = endpoints.full;
    candidate.in_flight = endpoints.in_flight;
    candidate.mean = endpoints.mean;
    candidate.deviation = endpoints.deviation;
    candidate.warmth = endpoints.warmth;
    if (const routing::PlaceState* const model = destination.state) {
      candidate.condition = std::max(candidate.condition, model->At(now));
      candidate.in_flight = model->in_flight();
      candidate.mean = model->mean();
      candidate.deviation = model->deviation();
      candidate.warmth = std::min(candidate.warmth, model->Warmth(now));
    }
    candidate.served = destination.served;
    candidate.too_small = marks_[i].too_small;
    candidate.tried = marks_[i].tried;
  }
  return candidates;
}

routing::Excluded Targets::Why(const Candidate& candidate) const {
  return routing::Filter(candidate, traits_, route_.rules());
}

std::optional<Targets::Picked> Targets::Next(SteadyTime now, Random& random) {
  return Pick(Look(now), random);
}

std::optional<Targets::Picked> Targets::NextUp(SteadyTime now, Random& random) {
  std::vector<Candidate> candidates = Look(now);
  for (Candidate& candidate : candidates) {
    if (candidate.condition > routing::Condition::kWarmingUp) candidate.tried = true;
  }
  return Pick(candidates, random);
}

std::optional<Targets::Picked> Targets::Pick(const std::vector<Candidate>& candidates,
                                             Random& random) {
  const auto choice = routing::Choose(candidates, traits_, route_.rules(), random);
  if (!choice) return std::nullopt;
  CountAsTried(choice->target);
  return Picked{choice->target, preferences_.upstream.empty() ? choice->chosen_by : "PINNED"};
}

bool Targets::Take(size_t index, SteadyTime now) {
  if (Why(Look(now)[index]) != Excluded::kNo) return false;
  CountAsTried(index);
  return true;
}

void Targets::CountAsTried(size_t index) {
  marks_[index].tried = true;
  if (preferences_.fallback && preferences_.upstream.empty()) return;
  Stay();
}

void Targets::Stay() {
  for (Mark& mark : marks_) mark.tried = true;
}

std::optional<SteadyTime> Targets::BackAlone(size_t index, SteadyTime now) const {
  const Destination& destination = destinations_[index];
  const Upstream& upstream = *destination.upstream;
  std::optional<SteadyTime> back;
  Later(EndpointBackAt(upstream.endpoints(*views_), now, /*alone=*/true), back);
  if (destination.state) Later(destination.state->BackAt(now, /*alone=*/true), back);
  Later(upstream.keys().BackAt(destination.model, now, route_.has_several()), back);
  return back;
}

std::optional<Targets::Picked> Targets::Alone(SteadyTime now) {
  std::optional<size_t> best;
  std::optional<SteadyTime> best_back;  // of the best; unset: now
  const std::vector<Candidate> candidates = Look(now);
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Excluded why = Why(candidates[i]);
    if (why != Excluded::kOut && why != Excluded::kNoKey && why != Excluded::kFull) continue;
    const auto& keys = destinations_[i].upstream->keys();
    // Whose keys are all refused is not back at any time.
    if (!candidates[i].has_key && !keys.BackAt(destinations_[i].model, now, route_.has_several())) {
      continue;
    }
    const auto back = BackAlone(i, now);
    if (best && (!best_back || (back && *back >= *best_back))) continue;
    best = i;
    best_back = back;
  }
  if (!best) return std::nullopt;
  CountAsTried(*best);
  const bool out = candidates[*best].condition == routing::Condition::kOut;
  return Picked{*best, out ? "PROBE" : "ONLY"};
}

bool Targets::HasNext(SteadyTime now) const {
  const std::vector<Candidate> candidates = Look(now);
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const Candidate& candidate) { return Why(candidate) == Excluded::kNo; });
}

Duration Targets::LeastExpected(SteadyTime now) const {
  const std::vector<Candidate> candidates = Look(now);
  std::optional<Duration> least;
  for (const Candidate& candidate : candidates) {
    if (Why(candidate) != Excluded::kNo) continue;
    const Duration expected = std::max(Duration::zero(), candidate.mean - candidate.deviation);
    if (!least || expected < *least) least = expected;
  }
  return least.value_or(Duration::zero());
}

std::optional<SteadyTime> Targets::SoonestBack(SteadyTime now) const {
  std::vector<Candidate> candidates = Look(now);
  std::optional<SteadyTime> soonest;
  for (size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].tried = false;  // that it was asked is not why it takes none
    const Excluded why = Why(candidates[i]);
    if (why <= Excluded::kContextTooSmall && why != Excluded::kNo) continue;
    const auto back = BackAlone(i, now);
    if (back && (!soonest || *back < *soonest)) soonest = back;
  }
  return soonest;
}

Error Targets::NoTarget(SteadyTime now) const {
  std::vector<Candidate> candidates = Look(now);
  bool only_tags = true;
  bool only_caller = true;
  bool only_facts = true;
  bool only_size = true;
  bool only_keys = true;
  bool only_unknown = true;
  bool only_full = true;
  for (size_t i = 0; i < candidates.size(); ++i) {
    candidates[i].tried = false;  // that it was asked is not why it takes none
    const Excluded why = Why(candidates[i]);
    only_caller = only_caller && why == Excluded::kExcluded;
    only_tags = only_tags && (why == Excluded::kTagMissing || why == Excluded::kExcluded);
    only_facts = only_facts && why >= Excluded::kExcluded && why <= Excluded::kContextTooSmall;
    only_size = only_size && why == Excluded::kContextTooSmall;
    if (why <= Excluded::kContextTooSmall && why != Excluded::kNo) continue;
    only_keys = only_keys && why == Excluded::kNoKey;
    only_full = only_full && why == Excluded::kFull;
    only_unknown = only_unknown && why == Excluded::kNoEndpoint;
  }
  if (only_caller) {
    return InvalidField(preferences_.upstream.empty() ? "options.route.exclude_upstreams"
                                                      : "options.route.upstream",
                        "leaves no target of the route " + route_.name);
  }
  if (only_tags) {
    std::vector<std::string> tags = route_.require_tags;
    tags.insert(tags.end(), preferences_.require_tags.begin(), preferences_.require_tags.end());
    Error error = NoTargetWithTags("no target of the route " + route_.name, tags);
    error.metadata["route"] = route_.name;
    return error;
  }
  if (only_facts) {
    Error error = openai::ErrorOf(
        only_size ? v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED : v1::ERROR_REASON_MODEL_LACKS_FEATURE,
        "no target of the route " + route_.name + " can do what is asked for");
    error.metadata["route"] = route_.name;
    return error;
  }
  if (only_unknown) {
    Error error =
        NoEndpoint("no address of any target of the route " + route_.name + " is known", now);
    error.metadata["route"] = route_.name;
    return error;
  }
  if (only_full) {
    Error error = FullError("every target of the route " + route_.name, now);
    error.metadata["route"] = route_.name;
    return error;
  }
  const std::optional<SteadyTime> soonest = SoonestBack(now);
  Error error =
      only_keys
          ? NoPlaceError(v1::ERROR_REASON_RATE_LIMITED,
                         "every key for the route " + route_.name + " is at its limit", soonest,
                         now)
          : NoPlaceError(v1::ERROR_REASON_CIRCUIT_OPEN,
                         "every target of the route " + route_.name + " is out", soonest, now);
  error.metadata["route"] = route_.name;
  return error;
}

}  // namespace inferwire::upstream
