// A WebSocket over a connection of the loop's transfers. libcurl makes the connection (name,
// addresses, proxy, time-out) and hands over its socket, TLS is OpenSSL's, the frames are ours:
// libcurl's own WebSockets are not compiled in where we run, and its TLS cannot be written to while
// the queue of what is to be sent grows.
//
// connecting -> TLS, if it is https -> upgrade -> open -> closing, once either side says goodbye.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/polled_sockets.h"
#include "http/tls_client.h"
#include "http/transfers.h"
#include "http/websocket.h"
#include "http/ws_frames.h"
#include "http/ws_upgrade.h"

namespace inferwire::http {

class WebSocketConnection final : public WebSocket, private TransferObserver, private PolledSocket {
 public:
  // What it lives on, all of which outlives it.
  struct Loop {
    const Clock& clock;
    Transfers& transfers;
    PolledSockets& sockets;
    TlsContexts& tls;
    int max_descriptor;
  };

  WebSocketConnection(const Loop& loop, WebSocketRequest request, WebSocketObserver& observer);
  ~WebSocketConnection() override { Abort(close_code::kNormal); }

  void Start();

  void Send(std::string_view text) override;
  bool HasRoom() override;
  void Ping() override;
  void Close(uint16_t code, std::string_view reason) override;
  void Resume() override;
  void Abort(uint16_t code) override;
  const Traffic& traffic() const override { return traffic_; }

 private:
  enum class State { kConnecting, kTls, kUpgrade, kOpen, kClosing, kOver };

  // Connecting: libcurl's part.
  void OnConnected(int fd) override;
  void OnHeaders(int, const Headers&) override {}
  bool OnBody(std::string_view) override { return true; }
  void OnEnd(const Outcome& outcome) override;

  void OnPoll(uint32_t events) override;
  void BeginTls();
  void Handshake();
  void BeginUpgrade();
  void Read();
  void Take(std::string_view bytes);
  void TakeAnswer(std::string_view bytes);
  void TakeVerdict(UpgradeAnswer::Status verdict);
  void TakeFrames();
  void TakeControl(const FrameParser::Event& event);
  void TakeClose(std::string_view payload);
  void EndOfConnection();

  bool reads() const;
  bool is_open() const { return state_ == State::kOpen || state_ == State::kClosing; }
  TlsSocket::Moved ReadSome(char* buffer, size_t size);
  TlsSocket::Moved WriteSome(std::string_view bytes);
  void Flush();
  size_t unsent() const { return out_.size() - out_at_; }
  void TellRoom();
  uint32_t NewMask() { return static_cast<uint32_t>(request_.random->Bits()); }

  // Each ends it, and the observer is told.
  void Fail(Failure failure, std::string_view message);
  void Break(uint16_t code, std::string_view reason);
  void End(WebSocketEnd end);
  void CloseSocket();
  // In a turn of its own, so that the observer may destroy this.
  enum class Last { kNothing, kRefused, kFailed, kClosed };
  void TellLast(Last last);

  const Loop loop_;
  WebSocketRequest request_;
  WebSocketObserver& observer_;
  ConnectOptions connect_options_;  // of libcurl's part, which knows nothing of TLS
  State state_ = State::kConnecting;
  std::optional<WebSocketUrl> url_;
  Transfer* transfer_ = nullptr;
  Outcome outcome_;  // of connecting; in the end, why it failed
  WebSocketEnd end_;
  Last last_ = Last::kNothing;  // is to be told
  SteadyTime began_{}, connected_{};
  int fd_ = -1;
  bool no_descriptor_ = false;
  std::optional<TlsSocket> tls_;
  std::optional<UpgradeAnswer> answer_;
  FrameParser parser_;
  std::string out_;
  size_t out_at_ = 0;
  bool paused_ = false, wants_room_ = false, write_failed_ = false;
  Traffic traffic_;
};

}  // namespace inferwire::http
