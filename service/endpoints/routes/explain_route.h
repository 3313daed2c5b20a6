// The answer of ExplainRoute: the same look-up, filter and choice as of a call, on the states as
// they are, without a place being taken.
#pragma once

#include "base/result.h"
#include "gateway/call_context.h"
#include "inferwire/v1/routes_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// An error only if the request cannot be right; that nothing would be tried is an answer.
Result<v1::ExplainRouteResponse> ExplainRoute(const v1::ExplainRouteRequest& request,
                                              const upstream::Runtime& runtime,
                                              const gateway::CallContext& context);

}  // namespace inferwire::endpoints
