#include "endpoints/chat/chat_shadow.h"

#include <utility>

#include "endpoints/chat/chat_route.h"
#include "routing/choice.h"

namespace inferwire::endpoints {
namespace {

// As for a target: tags and pins hold for it, and its model is able to answer. What the call would
// leave behind there, and what lies elsewhere, keeps it here.
bool MaySee(const upstream::Target& shadow, const upstream::Destination& destination,
            const upstream::Targets& targets, const v1::ChatCompletionParams& params) {
  if (params.store() || NamesFile(params)) return false;
  routing::Candidate candidate;
  candidate.upstream = shadow.upstream->name();
  candidate.tags = shadow.tags;
  candidate.facts = destination.model_info.get();
  return targets.Why(candidate) == routing::Excluded::kNo;
}

}  // namespace

std::unique_ptr<upstream::ShadowPlan> PlanShadow(const upstream::Targets& targets,
                                                 const v1::ChatCompletionParams& params,
                                                 const upstream::Runtime& runtime,
                                                 const gateway::CallContext& context) {
  const std::optional<upstream::Shadow>& shadow = targets.route().shadow;
  if (!shadow || !runtime.shadows || !upstream::IsShadowed(*shadow, context.request_id)) {
    return nullptr;
  }
  auto destination = runtime.router.At(shadow->target, params.model());
  if (!destination || !MaySee(shadow->target, *destination, targets, params)) {
    if (shadow->metrics) shadow->metrics->Ended(telemetry::ShadowOutcome::kExcluded);
    return nullptr;
  }
  return std::make_unique<upstream::ShadowPlan>(
      upstream::ShadowPlan{&*shadow, std::move(*destination)});
}

}  // namespace inferwire::endpoints
