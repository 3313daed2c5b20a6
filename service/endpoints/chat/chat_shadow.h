// Whether a chat completion is also sent to its route's shadow.
#pragma once

#include <memory>

#include "gateway/call_context.h"
#include "inferwire/v1/chat.pb.h"
#include "upstream/runtime.h"
#include "upstream/shadow.h"
#include "upstream/targets.h"

namespace inferwire::endpoints {

// Null: the route has none, the call is none of those that it gets, or it may not be sent there.
// The targets are the call's, the parameters as the caller gave them.
std::unique_ptr<upstream::ShadowPlan> PlanShadow(const upstream::Targets& targets,
                                                 const v1::ChatCompletionParams& params,
                                                 const upstream::Runtime& runtime,
                                                 const gateway::CallContext& context);

}  // namespace inferwire::endpoints
