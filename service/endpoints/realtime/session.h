// RealtimeService.Connect as an operation: one stream of a caller, one WebSocket of an upstream.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateway/operation.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// Takes v1::ConnectRequest messages and answers with v1::ConnectResponse messages.
// GATEWAY_OVERLOADED if there are as many sessions as there may be.
Result<std::unique_ptr<gateway::ClientStream>> NewRealtimeSession(
    const upstream::Runtime& runtime, const gateway::CallContext& context,
    gateway::ClientStream::Observer& observer);

}  // namespace inferwire::endpoints
