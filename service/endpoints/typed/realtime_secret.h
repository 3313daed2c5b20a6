// CreateRealtimeSecret: a key for a browser or a phone. Whoever has one speaks to the upstream
// without the gateway, so it is held to what a session would be held to, and the configuration has
// to allow it.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

rpc::Begun NewRealtimeSecret(const TypedMethod& method, v1::CreateRealtimeSecretRequest& request,
                             const upstream::Runtime& runtime, const gateway::CallContext& context,
                             gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
