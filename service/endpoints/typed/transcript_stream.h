// StreamTranscribe: the text of a recording as it is understood.
#pragma once

#include <optional>

#include "endpoints/shared/model_operation.h"
#include "inferwire/v1/audio_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// Its messages are v1::StreamTranscribeResponse.
rpc::Begun MakeTranscriptStream(ModelPlan plan, std::optional<Duration> heartbeat,
                                const upstream::Runtime& runtime,
                                const gateway::CallContext& context,
                                gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
