// StreamGenerateImages: previews and images in parts, out of events or of an answer in one piece.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/images_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

rpc::Begun NewImageStream(const TypedMethod& method, v1::StreamGenerateImagesRequest& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
