// A WebSocket to an upstream, as its user sees it: text messages in both directions, with
// back-pressure in both. Behind it is a connection of the loop's transfers (Transfers), or a test's
// own script.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "http/headers.h"
#include "http/transport.h"

namespace inferwire::http {

struct WebSocketLimits {
  size_t message_bytes = 32u << 20;  // of one message that comes
  // HasRoom is false from so many bytes that are not sent yet, and true again at a quarter.
  size_t unsent_bytes = 256 * 1024;
  size_t head_bytes = 64 * 1024;     // of the upgrade's answer
  size_t refusal_bytes = 64 * 1024;  // of what is kept of a refusal's body
};

struct WebSocketRequest {
  std::string url;                   // http or https, with path and query
  std::string address;               // as Request::address
  std::vector<std::string> headers;  // "Name: value", besides those of the upgrade itself
  const ConnectOptions* connect_options = nullptr;
  std::chrono::milliseconds connect_timeout{};  // for TCP, if that is less than in the options
  Random* random = nullptr;                     // the loop's; masks hide nothing
  WebSocketLimits limits;
};

// How an open WebSocket ended.
struct WebSocketEnd {
  enum class By {
    kClose,   // upstream's Close frame, be it the answer to ours
    kCut,     // the connection ended without one
    kBroken,  // upstream sent what it must not: the code is what it was told
  };
  By by = By::kCut;
  uint16_t code = 1006;
  std::string reason;  // upstream's words; of kBroken: ours
};

// Hears of one WebSocket, always on the loop's thread and never from within its functions. May
// Abort it from within these, and destroy it from within the last.
class WebSocketObserver {
 public:
  virtual ~WebSocketObserver() = default;
  // Upstream has agreed: messages may be sent.
  virtual void OnOpen(const Headers& headers) = 0;
  // False: no further one until Resume. This one is taken.
  virtual bool OnMessage(std::string_view text) = 0;
  // HasRoom was false and is true again.
  virtual void OnRoom() = 0;

  // One of these is the last; none after Abort. No WebSocket: upstream answered as to any request.
  virtual void OnRefused(int status, const Headers& headers, std::string_view body) = 0;
  // No WebSocket: the connection failed before there was an answer.
  virtual void OnFailed(const Outcome& outcome) = 0;
  virtual void OnClosed(const WebSocketEnd& end) = 0;
};

class WebSocket {
 public:
  struct Traffic {
    int64_t sent = 0, received = 0;  // bytes within TLS
    SteadyTime last_received{};      // of anything, a pong included
  };

  // Aborts.
  virtual ~WebSocket() = default;

  // One text message. Only while it is open; without effect after Close.
  virtual void Send(std::string_view text) = 0;
  virtual bool HasRoom() = 0;
  // Upstream answers: traffic() tells.
  virtual void Ping() = 0;
  // Says goodbye: OnClosed follows when upstream has answered. Messages may come until then.
  virtual void Close(uint16_t code, std::string_view reason) = 0;
  // After OnMessage returned false.
  virtual void Resume() = 0;
  // Closes the connection at once, with as much of a goodbye as the socket takes.
  virtual void Abort(uint16_t code = 1000) = 0;
  virtual const Traffic& traffic() const = 0;
};

}  // namespace inferwire::http
