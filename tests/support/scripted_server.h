// A TCP server that does exactly what a test's script says, on a thread of its own, with blocking
// sockets on 127.0.0.1. Every wait ends after kPatience, so that a mistake fails and does not hang.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <string_view>
#include <thread>

namespace inferwire::http {

constexpr std::chrono::seconds kPatience{20};

// One accepted connection.
class Peer {
 public:
  explicit Peer(int fd);
  ~Peer();
  Peer(Peer&& other) noexcept;
  Peer& operator=(Peer&&) = delete;

  int fd() const { return fd_; }
  // The head of the next request and its body (by Content-Length); empty if there is none.
  std::string ReadRequest();
  // Up to and including the empty line.
  std::string ReadHead();
  std::string ReadBytes(size_t count);
  bool Send(std::string_view bytes);
  // True once the other side has closed or reset the connection.
  bool SawClose();
  // True if there is anything to read now, the end included.
  bool Readable() const;
  void Close();
  void Reset();  // RST, not FIN

 private:
  int fd_;
};

class Listener {
 public:
  explicit Listener(int backlog = 2048);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  Peer Accept();
  bool HasPending() const;
  int port() const { return port_; }
  std::string Url(std::string_view scheme = "http", std::string_view path = "/v1/x") const;

 private:
  int fd_;
  int port_ = 0;
};

class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<void(Listener&)> script);
  ~ScriptedServer() { thread_.join(); }

  std::string Url(std::string_view scheme = "http", std::string_view path = "/v1/x") const {
    return listener_.Url(scheme, path);
  }
  int port() const { return listener_.port(); }

 private:
  Listener listener_;
  std::thread thread_;
};

// Something that happens once, told from one thread to another.
class Signal {
 public:
  void Set() { promise_.set_value(); }
  bool Wait() const { return future_.wait_for(kPatience) == std::future_status::ready; }
  bool IsSet() const {
    return future_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

 private:
  std::promise<void> promise_;
  std::shared_future<void> future_ = promise_.get_future().share();
};

// "HTTP/1.1 200 OK" with this body and its length.
std::string Answer(std::string_view body, std::string_view more_headers = "");
// One chunk of chunked encoding.
std::string Chunk(std::string_view bytes);
constexpr std::string_view kChunkedHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace inferwire::http
