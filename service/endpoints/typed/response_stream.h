// StreamResponse: a new response as a stream of events, or one that is worked on from some event
// on.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/responses_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// get: of GetResponse, which reads a response that is kept.
rpc::Begun NewResponseStream(const TypedMethod& method, const TypedMethod& get,
                             v1::StreamResponseRequest& request, const upstream::Runtime& runtime,
                             const gateway::CallContext& context,
                             gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
