// What depends on a fine-tuning job of the caller's that is looked for first, in the upstream's
// list: CreateFineTuningJob with a request_id, which may have made one already, and
// DeleteFineTunedModel, whose model is its who had it made.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// list: of ListFineTuningJobs.
rpc::Begun NewFineTuningJob(const TypedMethod& method, const TypedMethod& list,
                            v1::CreateFineTuningJobRequest& request,
                            const upstream::Runtime& runtime, const gateway::CallContext& context,
                            gateway::Operation::Observer& observer);
rpc::Begun NewModelRemoval(const TypedMethod& method, const TypedMethod& list,
                           v1::DeleteFineTunedModelRequest& request,
                           const upstream::Runtime& runtime, const gateway::CallContext& context,
                           gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
