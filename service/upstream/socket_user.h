// What an upstream call does with a WebSocket: its answer, where the request asks for one.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.h"
#include "http/websocket.h"

namespace inferwire::upstream {

// Hears of the WebSocket once UpstreamCall::Observer has heard of its head (101), until that hears
// of the end.
class SocketUser {
 public:
  virtual ~SocketUser() = default;
  // False: no further one until Resume. This one is taken.
  virtual bool OnMessage(std::string_view text) = 0;
  // There is room again to send.
  virtual void OnRoom() = 0;
  // It has ended; what that means for the call. Nothing: it ended well.
  virtual std::optional<Error> JudgeEnd(const http::WebSocketEnd& end) = 0;
};

}  // namespace inferwire::upstream
