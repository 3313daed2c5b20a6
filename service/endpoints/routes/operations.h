// The RPCs of RoutesService and RouteAdminService as operations, for the machines of rpc/ that
// serve every RPC. They call no upstream.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/routes_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

using Begun = Result<std::unique_ptr<gateway::Operation>>;

Begun NewListRoutes(const v1::ListRoutesRequest& request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewExplainRoute(const v1::ExplainRouteRequest& request, const upstream::Runtime& runtime,
                      const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewDrain(const v1::DrainRequest& request, const upstream::Runtime& runtime,
               const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewUndrain(const v1::UndrainRequest& request, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewReset(const v1::ResetRequest& request, const upstream::Runtime& runtime,
               const gateway::CallContext& context, gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
