// Plain client sockets for the listener's tests.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

#include "telemetry/metrics.h"

namespace inferwire::rpc {

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// Not ok when refused.
inline Fd Connect(const sockaddr* name, socklen_t length) {
  Fd fd(socket(name->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.ok() || connect(fd.get(), name, length) != 0) {
    return Fd();
  }
  return fd;
}

// from: the client's own address, e.g. 127.0.0.2.
inline Fd ConnectFrom(const char* from, int port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  inet_pton(AF_INET, from, &name.sin_addr);
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.ok() || bind(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
    return Fd();
  }
  inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
  name.sin_port = htons(static_cast<uint16_t>(port));
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
    return Fd();
  }
  return fd;
}

inline Fd ConnectTo(int port) { return ConnectFrom("127.0.0.1", port); }

inline Fd ConnectUnix(const std::string& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  path.copy(name.sun_path, sizeof name.sun_path - 1);
  return Connect(reinterpret_cast<sockaddr*>(&name), sizeof name);
}

// A TCP connection with both its ends, as a client of the server has it.
struct TcpConnection {
  TcpConnection() {
    const Fd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in name{};
    name.sin_family = AF_INET;
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
    socklen_t length = sizeof name;
    EXPECT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
    EXPECT_EQ(listen(listener.get(), 1), 0);
    getsockname(listener.get(), reinterpret_cast<sockaddr*>(&name), &length);
    client = Connect(reinterpret_cast<sockaddr*>(&name), sizeof name);
    server = Fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const int on = 1;
    setsockopt(server.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  Fd client, server;
};

// Waits for the other side to close (or reset); false if it is silent for five seconds.
inline bool WaitForClose(const Fd& fd) {
  pollfd poll_fd{fd.get(), POLLIN, 0};
  char byte = 0;
  return poll(&poll_fd, 1, 5000) == 1 && recv(fd.get(), &byte, 1, MSG_DONTWAIT) <= 0;
}

// Waits for a byte.
inline bool WaitForByte(const Fd& fd) {
  pollfd poll_fd{fd.get(), POLLIN, 0};
  char byte = 0;
  return poll(&poll_fd, 1, 5000) == 1 && recv(fd.get(), &byte, 1, MSG_DONTWAIT) == 1;
}

// Looks at a condition that no descriptor announces until it holds or the time is over.
inline bool Eventually(const std::function<bool()>& holds,
                       std::chrono::milliseconds patience = std::chrono::seconds(5)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) {
      return false;
    }
    poll(nullptr, 0, 1);
  }
  return true;
}

// inferwire_connections_refused_total.
inline double RefusedCount(const telemetry::Metrics& metrics, const std::string& reason) {
  const std::string text = metrics.Expose();
  const std::string series = "\ninferwire_connections_refused_total{reason=\"" + reason + "\"} ";
  return std::stod(text.substr(text.find(series) + series.size()));
}

inline size_t OpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count - 1;  // the directory itself
}

// The sockets among them.
inline size_t OpenSockets() {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // another thread may close it meanwhile
    count += std::filesystem::read_symlink(entry, gone).string().starts_with("socket:") ? 1 : 0;
  }
  return count;
}

}  // namespace inferwire::rpc
