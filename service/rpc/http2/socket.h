// The bytes of one connection, plain or over TLS. Never waits.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>

#include "rpc/connection_closer.h"

namespace inferwire::rpc::http2 {

using Ssl = std::unique_ptr<SSL, void (*)(SSL*)>;

class Socket {
 public:
  enum class State { kGood, kWantRead, kWantWrite, kOver };

  // Owns the descriptor, which goes to the closer. ssl: null for plain text.
  Socket(int fd, Ssl ssl, ConnectionCloser& closer);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return fd_; }
  // As gRPC writes it: ipv4:192.0.2.1:4711, ipv6:%5B2001:db8::1%5D:4711 or unix:.
  const std::string& peer() const { return peer_; }
  bool encrypted() const { return ssl_ != nullptr; }
  // After the handshake: who the caller proved to be.
  const std::string& identity() const { return identity_; }

  // kGood: bytes may be read and written. Plain sockets are from the start.
  State Handshake();
  // kGood: size says how much; never 0.
  State Read(char* to, size_t most, size_t& size);
  State Write(const char* from, size_t most, size_t& size);
  // Bytes have come that were not read.
  bool HasUnread() const;
  // No more bytes of ours follow, and the caller is to have those that went before: the descriptor
  // is closed gently.
  void ShutDown();

 private:
  State StateOf(int result) const;

  const int fd_;
  const Ssl ssl_;
  const std::string peer_;
  std::string identity_;
  ConnectionCloser& closer_;
  bool ready_;
  bool shut_ = false;
};

}  // namespace inferwire::rpc::http2
