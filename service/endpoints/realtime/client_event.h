// A caller's message as the JSON text of one event. Pure.
#pragma once

#include <string>

#include "base/result.h"
#include "codec/json_gate.h"
#include "inferwire/v1/realtime_service.pb.h"

namespace inferwire::endpoints {

// Of the short form.
inline constexpr size_t kMostAudioBytes = 1u << 20;

// INVALID_ARGUMENT if the message is none: what comes after the start.
Result<std::string> ClientEventJson(const v1::ConnectRequest& message,
                                    const codec::JsonLimits& limits);

}  // namespace inferwire::endpoints
