// A typed unary call: one request to an upstream as its RPC's option says, one JSON answer read
// into its response.
#pragma once

#include "endpoints/shared/model_operation.h"
#include "endpoints/typed/typed_method.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// Of a plan of its method, which outlives the operation.
rpc::Begun MakeTypedCall(const TypedMethod& method, ModelPlan plan,
                         const upstream::Runtime& runtime, const gateway::CallContext& context,
                         gateway::Operation::Observer& observer);
rpc::Begun NewTypedCall(const TypedMethod& method, google::protobuf::Message& request,
                        const upstream::Runtime& runtime, const gateway::CallContext& context,
                        gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
