// StreamTranscribe: the text of a recording as it is understood.
#pragma once

#include <optional>

#include "base/result.h"
#include "endpoints/shared/model_operation.h"
#include "inferwire/v1/audio_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

Result<std::optional<Duration>> HeartbeatOf(const v1::StreamTranscribeHeader& header);

// Its messages are v1::StreamTranscribeResponse.
rpc::Begun MakeTranscriptStream(ModelPlan plan, std::optional<Duration> heartbeat,
                                const upstream::Runtime& runtime,
                                const gateway::CallContext& context,
                                gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
