// What a WebSocket's connection sends, and how it ends.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "http/websocket_connection.h"

namespace inferwire::http {
namespace {

// A buffer that has grown beyond this gives its memory back once it is empty.
constexpr size_t kKept = 64 * 1024;
// Unread bytes would reset the connection, and upstream would not hear the goodbye.
constexpr size_t kMostDrained = 256 * 1024;

void Drain(int fd) {
  std::array<char, 16 * 1024> dropped;
  for (size_t all = 0; all < kMostDrained;) {
    const ssize_t bytes = recv(fd, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (bytes <= 0) return;
    all += static_cast<size_t>(bytes);
  }
}

}  // namespace

void WebSocketConnection::Send(std::string_view text) {
  if (state_ != State::kOpen) return;
  AppendFrame(out_, Opcode::kText, text, NewMask());
  Flush();
}

bool WebSocketConnection::HasRoom() {
  const bool room = unsent() < request_.limits.unsent_bytes;
  wants_room_ = wants_room_ || !room;
  return room;
}

void WebSocketConnection::Ping() {
  if (state_ != State::kOpen) return;
  AppendFrame(out_, Opcode::kPing, "", NewMask());
  Flush();
}

void WebSocketConnection::Close(uint16_t code, std::string_view reason) {
  if (state_ != State::kOpen) return;
  AppendClose(out_, code, reason, NewMask());
  state_ = State::kClosing;
  Flush();
}

void WebSocketConnection::Resume() {
  if (state_ == State::kOver || !std::exchange(paused_, false)) return;
  loop_.sockets.Soon(*this);
}

void WebSocketConnection::Abort(uint16_t code) {
  last_ = Last::kNothing;
  loop_.sockets.NotSoon(*this);
  if (state_ == State::kOver) return;
  if (state_ == State::kOpen) Close(code, "");
  state_ = State::kOver;
  if (transfer_ != nullptr) loop_.transfers.Cancel(std::exchange(transfer_, nullptr));
  CloseSocket();
}

TlsSocket::Moved WebSocketConnection::ReadSome(char* buffer, size_t size) {
  if (tls_) return tls_->Read(buffer, size);
  for (;;) {
    const ssize_t bytes = recv(fd_, buffer, size, 0);
    if (bytes > 0) return {TlsSocket::Status::kDone, static_cast<size_t>(bytes)};
    if (bytes == 0) return {TlsSocket::Status::kEnd};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {TlsSocket::Status::kWait};
    if (errno != EINTR) return {TlsSocket::Status::kFailed};
  }
}

TlsSocket::Moved WebSocketConnection::WriteSome(std::string_view bytes) {
  if (tls_) return tls_->Write(bytes);
  for (;;) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return {TlsSocket::Status::kDone, static_cast<size_t>(sent)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {TlsSocket::Status::kWait};
    if (errno != EINTR) return {TlsSocket::Status::kFailed};
  }
}

// What fails here is told in the next turn, after what upstream may have sent before.
void WebSocketConnection::Flush() {
  while (fd_ >= 0 && !write_failed_ && unsent() > 0) {
    const auto [status, bytes] = WriteSome(std::string_view(out_).substr(out_at_));
    if (status == TlsSocket::Status::kWait) {
      if (out_at_ < kKept) return;
      out_.erase(0, std::exchange(out_at_, 0));
      return;
    }
    if (status != TlsSocket::Status::kDone) {
      write_failed_ = true;
      return loop_.sockets.Soon(*this);
    }
    out_at_ += bytes;
    traffic_.sent += static_cast<int64_t>(bytes);
  }
  if (unsent() > 0) return;
  out_.clear();
  out_at_ = 0;
  if (out_.capacity() > kKept) out_.shrink_to_fit();
  if (wants_room_) loop_.sockets.Soon(*this);
}

void WebSocketConnection::TellRoom() {
  if (!wants_room_ || state_ != State::kOpen) return;
  if (unsent() > request_.limits.unsent_bytes / 4) return;
  wants_room_ = false;
  observer_.OnRoom();
}

void WebSocketConnection::Fail(Failure failure, std::string_view message) {
  outcome_.failure = failure;
  outcome_.message = message;
  outcome_.provably_unsent = traffic_.sent == 0;
  outcome_.bytes_sent = traffic_.sent;
  outcome_.bytes_received = traffic_.received;
  outcome_.total = loop_.clock.Now() - began_;
  TellLast(Last::kFailed);
}

void WebSocketConnection::Break(uint16_t code, std::string_view reason) {
  Close(code, reason);
  End({WebSocketEnd::By::kBroken, code, std::string(reason)});
}

void WebSocketConnection::End(WebSocketEnd end) {
  end_ = std::move(end);
  TellLast(Last::kClosed);
}

void WebSocketConnection::TellLast(Last last) {
  state_ = State::kOver;
  CloseSocket();
  last_ = last;
  loop_.sockets.Soon(*this);
}

void WebSocketConnection::CloseSocket() {
  loop_.sockets.NotSoon(*this);
  if (fd_ < 0) return;
  tls_.reset();
  loop_.sockets.Unwatch(fd_);
  Drain(fd_);
  close(std::exchange(fd_, -1));
  out_ = {};
  out_at_ = 0;
}

}  // namespace inferwire::http
