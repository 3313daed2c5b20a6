// StreamGenerateImages and StreamEditImages: previews and images in parts, out of events or of an
// answer in one piece.
#pragma once

#include <optional>

#include "endpoints/shared/model_operation.h"
#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/images_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

struct ImageStreamOptions {
  std::optional<Duration> heartbeat;
  int images = 1;  // that were asked for
};

rpc::Begun NewImageStream(const TypedMethod& method, v1::StreamGenerateImagesRequest& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer);

// Its messages are v1::StreamEditImagesResponse.
rpc::Begun MakeEditStream(ModelPlan plan, const ImageStreamOptions& options,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
