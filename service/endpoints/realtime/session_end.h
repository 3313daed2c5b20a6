// What a WebSocket's end means for the caller whose session it carried. Pure.
#pragma once

#include <string_view>

#include "base/error.h"
#include "http/websocket.h"
#include "openai/error.h"

namespace inferwire::endpoints {

// An end that the caller did not ask for. last_error: the code of the error event that came last.
Error ErrorOfEnd(const http::WebSocketEnd& end, std::string_view last_error,
                 const openai::Attempt& attempt);

// What upstream is told when the call ends for this reason.
uint16_t CloseCodeOf(v1::ErrorReason reason);

}  // namespace inferwire::endpoints
