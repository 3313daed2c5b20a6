// The RPCs of ModelsService as operations, for the machines of rpc/ that serve every RPC. They call
// no upstream.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/models_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

using Begun = Result<std::unique_ptr<gateway::Operation>>;

Begun NewListModels(const v1::ListModelsRequest& request, const upstream::Runtime& runtime,
                    const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewGetModel(const v1::GetModelRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer);
Begun NewCompareModels(const v1::CompareModelsRequest& request, const upstream::Runtime& runtime,
                       const gateway::CallContext& context, gateway::Operation::Observer& observer);
// Takes the texts out of the request.
Begun NewEstimate(v1::EstimateRequest& request, const upstream::Runtime& runtime,
                  const gateway::CallContext& context, gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
