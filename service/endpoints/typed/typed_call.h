// A typed unary call: one request to an upstream as its RPC's option says, one JSON answer read into its
// response.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// The method outlives the operation.
rpc::Begun NewTypedCall(const TypedMethod& method, google::protobuf::Message& request,
                        const upstream::Runtime& runtime, const gateway::CallContext& context,
                        gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
