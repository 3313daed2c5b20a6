#include "endpoints/routes/explain_route.h"

#include <algorithm>
#include <string>
#include <vector>

#include "catalogue/chat_check.h"
#include "endpoints/chat/chat_route.h"
#include "endpoints/routes/place_message.h"
#include "gateway/call_options.h"
#include "openai/context_window.h"
#include "upstream/no_place.h"

namespace inferwire::endpoints {
namespace {

void Refuse(const Error& error, v1::ExplainRouteResponse& to) {
  to.set_reason(std::string(ReasonName(error.reason)));
  to.set_message(error.message);
}

// As it is configured, with the model that this call would ask for there.
v1::Candidate CandidateOf(const upstream::Target& target, const std::string& model,
                          SteadyTime now) {
  v1::Candidate candidate;
  *candidate.mutable_target() = ToMessage(target, now);
  candidate.mutable_target()->set_model(model);
  return candidate;
}

// A model without a route: the only upstream that serves it, which is tried even while it is out.
void ExplainOnly(const v1::ExplainRouteRequest& request, const ChatRoute& only, SteadyTime now,
                 v1::ExplainRouteResponse& to) {
  upstream::Target target;
  target.upstream = only.first.upstream;
  target.tags = only.first.upstream->options().tags;
  v1::Candidate& candidate = *to.add_candidates();
  candidate = CandidateOf(target, only.first.model, now);
  if (only.first.state) {
    v1::PlaceStatus& status = *candidate.mutable_target()->add_places();
    status = StatusOf(*only.first.state, now);
    status.mutable_place()->set_upstream(only.first.upstream->name());
    status.mutable_place()->set_model(only.first.model);
  }
  routing::Condition condition = upstream::ConditionOf(target, now);
  if (only.first.state) condition = std::max(condition, only.first.state->At(now));
  if (const catalogue::Model* const model = only.first.model_info.get()) {
    auto able = catalogue::CheckChat(*model, request.params(), /*stream=*/false);
    if (!able) {
      candidate.set_why("FEATURE_MISSING");
      return Refuse(able.error(), to);
    }
    auto fits = openai::CheckPromptFits(*model, request.params());
    if (!fits) {
      candidate.set_why("CONTEXT_TOO_SMALL");
      return Refuse(fits.error(), to);
    }
  }
  const upstream::KeyPool& keys = only.first.upstream->keys();
  const bool has_key = keys.Available(only.first.model, 0, now);
  const bool has_endpoint = !only.first.upstream->endpoints()->empty();
  if (routing::TakesCalls(condition) && has_key && has_endpoint) {
    candidate.set_order(1);
    candidate.set_why("ONLY");
    return;
  }
  candidate.set_why(condition == routing::Condition::kDrained       ? "DRAINED"
                    : condition == routing::Condition::kOut         ? "OUT"
                    : condition == routing::Condition::kCoolingDown ? "COOLING_DOWN"
                    : !has_endpoint                                 ? "NO_ENDPOINT"
                                                                    : "NO_KEY");
  Refuse(upstream::NoPlaceAt(only.first, now), to);
}

// Those that would be tried first, in their order. Each is asked for as after the failure of the
// one before it.
void ExplainTargets(const v1::ExplainRouteRequest& request, upstream::Targets& targets,
                    SteadyTime now, Random& random, v1::ExplainRouteResponse& to) {
  const upstream::Route& route = targets.route();
  std::vector<std::string> against;
  for (const routing::Candidate& candidate : targets.Look(now)) {
    against.emplace_back(routing::Name(targets.Why(candidate)));
  }
  std::vector<bool> tried(against.size());
  while (to.candidates_size() < route.max_attempts) {
    const auto picked = targets.Next(now, random);
    if (!picked) break;
    tried[picked->index] = true;
    v1::Candidate& candidate = *to.add_candidates();
    candidate =
        CandidateOf(targets.target(picked->index), targets.destination(picked->index).model, now);
    candidate.set_order(to.candidates_size());
    candidate.set_why(std::string(picked->chosen_by));
  }
  if (to.candidates_size() == 0) {
    Refuse(WhyNone(request.params(), /*stream=*/false, targets, now), to);
  }
  const bool all_tries = to.candidates_size() == route.max_attempts;
  for (size_t i = 0; i < against.size(); ++i) {
    if (tried[i]) continue;
    v1::Candidate& candidate = *to.add_candidates();
    candidate = CandidateOf(targets.target(i), targets.destination(i).model, now);
    // Nothing speaks against it but that it does not come to it.
    if (against[i].empty()) against[i] = all_tries ? "MAX_ATTEMPTS" : "NO_FALLBACK";
    candidate.set_why(against[i]);
  }
}

}  // namespace

Result<v1::ExplainRouteResponse> ExplainRoute(const v1::ExplainRouteRequest& request,
                                              const upstream::Runtime& runtime,
                                              const gateway::CallContext& context) {
  const v1::ChatCompletionParams& params = request.params();
  if (params.model().empty()) return InvalidField("params.model", "is required");
  auto options = gateway::CheckOptions(request.options());
  if (!options) return options.error();
  const v1::RoutePreferences& preferences = request.options().route();
  const SteadyTime now = runtime.timers.Now();

  v1::ExplainRouteResponse response;
  response.set_route(params.model());
  const catalogue::Abilities needs = catalogue::NeedsOf(params, /*stream=*/false);
  for (const catalogue::AbilityRow& row : catalogue::AbilityRows()) {
    if (needs & row.ability) response.add_needs(std::string(row.what));
  }
  const upstream::Route* const route = runtime.router.RouteOf(params.model());
  if (!route) {
    auto only = RouteChat(params, preferences, *options, /*stream=*/false, runtime, context);
    if (only) {
      ExplainOnly(request, *only, now, response);
    } else {
      Refuse(only.error(), response);
    }
    return response;
  }
  response.set_route(route->name);
  response.set_strategy(std::string(routing::Name(route->strategy)));
  if (route->hedge && preferences.hedge()) {
    *response.mutable_hedge() = ToMessage(*route->hedge);
  }
  auto targets = TargetsOf(*route, params, preferences, /*stream=*/false, runtime, context);
  if (targets) {
    ExplainTargets(request, **targets, now, runtime.random, response);
  } else {
    Refuse(targets.error(), response);
  }
  return response;
}

}  // namespace inferwire::endpoints
