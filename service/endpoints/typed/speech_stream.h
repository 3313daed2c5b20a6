// Speak: sound as it comes, as the bytes of the answer or as events with base64 in them.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/audio_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

rpc::Begun NewSpeechStream(const TypedMethod& method, v1::SpeakRequest& request,
                           const upstream::Runtime& runtime, const gateway::CallContext& context,
                           gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
