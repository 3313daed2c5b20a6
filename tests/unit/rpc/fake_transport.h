// An upstream played by the test: it sees every transfer and decides what each hears and when.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/transport.h"
#include "http/websocket.h"

namespace inferwire::http {

// One transfer, as the test sees it. Callers hold it as the opaque http::Transfer.
struct PlayedTransfer {
  PlayedTransfer(Request request, TransferObserver& observer)
      : request(std::move(request)), observer(&observer) {}
  Request request;
  TransferObserver* observer;
  bool paused = false;
  bool sent = true;   // a byte of the request left
  bool over = false;  // ended or cancelled
  bool cancelled = false;
};

// One WebSocket, as the test sees it; outlives its handle.
struct PlayedSocket {
  PlayedSocket(WebSocketRequest request, WebSocketObserver& observer)
      : request(std::move(request)), observer(&observer) {}
  WebSocketRequest request;
  WebSocketObserver* observer;
  std::vector<std::string> sent;
  std::optional<uint16_t> closed_with;   // Close was called
  std::optional<uint16_t> aborted_with;  // Abort was called, or the handle is gone
  WebSocket::Traffic traffic;
  bool room = true, paused = false;
  int pings = 0;
};

class SocketHandle final : public WebSocket {
 public:
  explicit SocketHandle(std::shared_ptr<PlayedSocket> played) : played_(std::move(played)) {}
  ~SocketHandle() override { Abort(1000); }

  void Send(std::string_view text) override { played_->sent.emplace_back(text); }
  bool HasRoom() override { return played_->room; }
  void Ping() override { ++played_->pings; }
  void Close(uint16_t code, std::string_view) override {
    if (!played_->closed_with) played_->closed_with = code;
  }
  void Resume() override { played_->paused = false; }
  void Abort(uint16_t code) override {
    if (!played_->aborted_with) played_->aborted_with = code;
  }
  const Traffic& traffic() const override { return played_->traffic; }

 private:
  const std::shared_ptr<PlayedSocket> played_;  // the test looks at it afterwards
};

class FakeTransport final : public Transport {
 public:
  Transfer* Start(Request request, TransferObserver& observer) override {
    transfers.push_back(std::make_unique<PlayedTransfer>(std::move(request), observer));
    return reinterpret_cast<Transfer*>(transfers.back().get());
  }
  bool Cancel(Transfer* handle) override {
    PlayedTransfer& transfer = Played(handle);
    if (transfer.over) ++wrong_cancels;
    transfer.over = transfer.cancelled = true;
    return transfer.sent;
  }
  void Resume(Transfer* handle) override { Played(handle).paused = false; }
  std::unique_ptr<WebSocket> OpenWebSocket(WebSocketRequest request,
                                           WebSocketObserver& observer) override {
    sockets.push_back(std::make_shared<PlayedSocket>(std::move(request), observer));
    return std::make_unique<SocketHandle>(sockets.back());
  }

  // --- The test's side ---
  static void Head(PlayedTransfer& transfer, int status, std::string_view content_type) {
    Headers headers;
    headers.Add("content-type", content_type);
    headers.Add("x-request-id", "req_upstream");
    transfer.observer->OnHeaders(status, headers);
  }
  // False if the observer takes nothing now.
  static bool Body(PlayedTransfer& transfer, std::string_view bytes) {
    transfer.paused = !transfer.observer->OnBody(bytes);
    return !transfer.paused;
  }
  static void End(PlayedTransfer& transfer, Outcome outcome = {}) {
    transfer.over = true;
    transfer.observer->OnEnd(outcome);
  }
  size_t running() const {
    size_t count = 0;
    for (const auto& transfer : transfers) count += transfer->over ? 0 : 1;
    return count;
  }

  // False if the observer takes nothing more now.
  static bool Message(PlayedSocket& socket, std::string_view text) {
    socket.paused = !socket.observer->OnMessage(text);
    return !socket.paused;
  }

  std::vector<std::unique_ptr<PlayedTransfer>> transfers;
  std::vector<std::shared_ptr<PlayedSocket>> sockets;
  int wrong_cancels = 0;

 private:
  static PlayedTransfer& Played(Transfer* handle) {
    return *reinterpret_cast<PlayedTransfer*>(handle);
  }
};

}  // namespace inferwire::http
