// The RPCs of ModelsService as operations, for the machines of rpc/ that serve every RPC. They call
// no upstream.
#pragma once

#include <memory>

#include "base/result.h"
#include "inferwire/v1/models_service.pb.h"
#include "openai/operation.h"

namespace inferwire::models {

using Begun = Result<std::unique_ptr<openai::Operation>>;

Begun NewListModels(const v1::ListModelsRequest& request, const openai::Runtime& runtime,
                    const openai::CallContext& context, openai::Operation::Sink& sink);
Begun NewGetModel(const v1::GetModelRequest& request, const openai::Runtime& runtime,
                  const openai::CallContext& context, openai::Operation::Sink& sink);
Begun NewCompareModels(const v1::CompareModelsRequest& request, const openai::Runtime& runtime,
                       const openai::CallContext& context, openai::Operation::Sink& sink);
// Takes the texts out of the request.
Begun NewEstimate(v1::EstimateRequest& request, const openai::Runtime& runtime,
                  const openai::CallContext& context, openai::Operation::Sink& sink);

}  // namespace inferwire::models
