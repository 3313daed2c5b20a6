// StreamCompleteText: a text that goes on, as it comes.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

rpc::Begun NewTextStream(const TypedMethod& method, v1::StreamCompleteTextRequest& request,
                         const upstream::Runtime& runtime, const gateway::CallContext& context,
                         gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
