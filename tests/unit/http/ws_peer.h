// The server's side of a WebSocket over a scripted connection, plain or TLS, and a client's
// observer that writes down what it hears.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/websocket.h"
#include "http/ws_frames.h"
#include "http/ws_upgrade.h"
#include "support/scripted_server.h"
#include "support/server_frame.h"
#include "unit/http/driver.h"
#include "unit/http/test_certificate.h"

namespace inferwire::http {

struct ClientFrame {
  int opcode = -1;  // -1: the connection has ended
  std::string payload;
};

inline std::string HeaderOf(const std::string& head, const std::string& name) {
  const size_t at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const size_t begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

inline std::string SwitchingTo(const std::string& head, std::string_view more = "") {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: keep-alive, "
         "Upgrade\r\nSec-WebSocket-Accept: " +
         WebSocketAccept(HeaderOf(head, "Sec-WebSocket-Key")) + "\r\n" + std::string(more) + "\r\n";
}

inline std::string ReadExactly(Peer& peer, size_t count) { return peer.ReadBytes(count); }
inline std::string ReadExactly(TlsPeer& peer, size_t count) {
  std::string bytes(count, '\0');
  size_t got = 0;
  while (got < count) {
    const int n = SSL_read(peer.ssl(), bytes.data() + got, static_cast<int>(count - got));
    if (n <= 0) break;
    got += static_cast<size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

template <class AnyPeer>
std::string Agree(AnyPeer& peer) {
  std::string head = peer.ReadHead();
  peer.Send(SwitchingTo(head));
  return head;
}

template <class AnyPeer>
ClientFrame ReadFrame(AnyPeer& peer) {
  const std::string head = ReadExactly(peer, 2);
  if (head.size() < 2) return {};
  const auto first = static_cast<unsigned char>(head[0]);
  const auto second = static_cast<unsigned char>(head[1]);
  EXPECT_EQ(first & 0xf0, 0x80);
  EXPECT_TRUE(second & 0x80) << "a client masks";
  size_t size = second & 0x7f;
  if (size >= 126) {
    const std::string more = ReadExactly(peer, size == 126 ? 2 : 8);
    size = 0;
    for (const char c : more) size = size << 8 | static_cast<unsigned char>(c);
  }
  const std::string mask = ReadExactly(peer, 4);
  std::string payload = ReadExactly(peer, size);
  if (mask.size() < 4) return {};
  for (size_t i = 0; i < payload.size(); ++i)
    payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return {first & 0x0f, std::move(payload)};
}

// Answers a Close with the same and waits for the end of the connection.
template <class AnyPeer>
std::string ReadCloseAndAnswer(AnyPeer& peer) {
  ClientFrame frame = ReadFrame(peer);
  while (frame.opcode != 8 && frame.opcode != -1) frame = ReadFrame(peer);
  peer.Send(ServerFrame(0x88, frame.payload));
  return frame.payload;
}

inline std::string CloseBytes(uint16_t code, std::string_view reason = "") {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}.append(reason);
}

class WsRecorder : public WebSocketObserver {
 public:
  void OnOpen(const Headers& new_headers) override {
    EXPECT_FALSE(open || ended());
    open = true;
    headers = new_headers;
    if (on_open) on_open();
  }
  bool OnMessage(std::string_view text) override {
    EXPECT_TRUE(open && !ended());
    messages.emplace_back(text);
    return !on_message || on_message(text);
  }
  void OnRoom() override { ++rooms; }
  void OnRefused(int new_status, const Headers& new_headers, std::string_view new_body) override {
    EXPECT_FALSE(open || ended());
    status = new_status;
    headers = new_headers;
    body = new_body;
  }
  void OnFailed(const Outcome& new_outcome) override {
    EXPECT_FALSE(open || ended());
    outcome = new_outcome;
  }
  void OnClosed(const WebSocketEnd& new_end) override {
    EXPECT_TRUE(open && !ended());
    end = new_end;
  }
  bool ended() const { return end || outcome || status != 0; }

  std::function<void()> on_open;
  std::function<bool(std::string_view)> on_message;

  bool open = false;
  Headers headers;
  std::vector<std::string> messages;
  int rooms = 0, status = 0;
  std::string body;
  std::optional<Outcome> outcome;
  std::optional<WebSocketEnd> end;
};

// A driver with a client of it.
struct WsWorld {
  WebSocketRequest To(std::string url) {
    WebSocketRequest request;
    request.url = std::move(url);
    request.headers = {"Authorization: Bearer secret"};
    request.connect_options = &driver.connect_options;
    request.random = &random;
    return request;
  }
  void Open(std::string url) { Open(To(std::move(url))); }
  void Open(WebSocketRequest request) {
    socket = driver.transfers.OpenWebSocket(std::move(request), recorder);
  }
  bool UntilOpen() {
    return driver.Until([&] { return recorder.open || recorder.ended(); }) && recorder.open;
  }
  bool UntilEnd() {
    return driver.Until([&] { return recorder.ended(); });
  }
  bool UntilMessages(size_t count) {
    return driver.Until([&] { return recorder.messages.size() >= count || recorder.ended(); });
  }

  Driver driver;
  Random random{1};
  WsRecorder recorder;
  std::unique_ptr<WebSocket> socket;
};

}  // namespace inferwire::http
