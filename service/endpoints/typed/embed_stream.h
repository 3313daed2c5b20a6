// StreamEmbed: each embedding as it arrives, however many there are.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

rpc::Begun NewEmbedStream(const TypedMethod& method, v1::StreamEmbedRequest& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
