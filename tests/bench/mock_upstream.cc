// mock_upstream PORT [LOG]: an OpenAI-compatible server that costs as little as possible (see
// mock_script.h), on 127.0.0.1. One thread, epoll, keep-alive. PORT 0: any free port. It prints
// where. LOG: a file with a line for each request that has a text of its own: when it came, in
// nanoseconds of the steady clock, the text, and whether it failed, so that it costs nothing, or
// may have been billed. It is whole after SIGTERM.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <queue>
#include <random>
#include <unordered_map>
#include <vector>

#include "mock_script.h"

namespace inferwire::bench {
namespace {

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t stopped = 0;

struct Connection {
  int socket = -1;
  uint64_t number = 0;  // descriptors are reused, numbers are not
  std::string in, out;
  MockScript script;
  int chunks_left = 0;
  Clock::time_point next;
  bool streaming = false;
};

struct Due {
  Clock::time_point time;
  int socket;
  uint64_t number;
  bool operator>(const Due& other) const { return time > other.time; }
};

class MockUpstream {
 public:
  MockUpstream(uint16_t port, const char* log) {
    if (log) log_.open(log);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(listener_, 4096) != 0) {
      std::perror("mock_upstream");
      std::exit(1);
    }
    socklen_t size = sizeof(address);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    std::cout << "mock_upstream listens on 127.0.0.1:" << ntohs(address.sin_port) << std::endl;
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    Watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  }

  void Run() {
    std::array<epoll_event, 256> events;
    while (!stopped) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), Timeout());
      for (int i = 0; i < count; ++i) {
        const int socket = events[static_cast<size_t>(i)].data.fd;
        if (socket == listener_) {
          Accept();
        } else if (const auto found = connections_.find(socket); found != connections_.end()) {
          if (events[static_cast<size_t>(i)].events & EPOLLOUT) Flush(*found->second);
          if (connections_.contains(socket)) Read(*found->second);
        }
      }
      FireDue();
    }
  }

 private:
  void Watch(int socket, uint32_t what, int operation) {
    epoll_event event{};
    event.events = what;
    event.data.fd = socket;
    epoll_ctl(epoll_, operation, socket, &event);
  }

  int Timeout() const {
    if (due_.empty()) return -1;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(due_.top().time - Clock::now());
    return static_cast<int>(std::max<int64_t>(0, wait.count()));
  }

  void Accept() {
    int socket;
    while ((socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
      const int on = 1;
      setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      auto connection = std::make_unique<Connection>();
      connection->socket = socket;
      connection->number = ++last_number_;
      connections_[socket] = std::move(connection);
      Watch(socket, EPOLLIN, EPOLL_CTL_ADD);
    }
  }

  void Close(Connection& connection) {
    const int socket = connection.socket;
    connections_.erase(socket);
    close(socket);
  }

  void Read(Connection& connection) {
    while (true) {
      const ssize_t got = recv(connection.socket, buffer_.data(), buffer_.size(), 0);
      if (got == 0 || (got < 0 && errno != EAGAIN)) return Close(connection);
      if (got < 0) break;
      connection.in.append(buffer_.data(), static_cast<size_t>(got));
      if (static_cast<size_t>(got) < buffer_.size()) break;
    }
    Take(connection);
  }

  // One request at a time: clients of HTTP/1.1 wait for the answer.
  void Take(Connection& connection) {
    const size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    size_t length = 0;
    for (const char* name : {"content-length:", "Content-Length:"}) {
      const size_t at = connection.in.find(name);
      if (at == std::string::npos || at > end) continue;
      const char* begin = connection.in.data() + at + std::strlen(name);
      while (*begin == ' ') ++begin;
      std::from_chars(begin, connection.in.data() + end, length);
    }
    if (connection.in.size() < end + 4 + length) return;
    connection.script = MockScript::Of(std::string_view(connection.in).substr(end + 4, length));
    connection.in.erase(0, end + 4 + length);
    auto delay = connection.script.delay;
    if (connection.script.random_delay.count() > 0) {
      std::exponential_distribution<> wait(
          1.0 / static_cast<double>(connection.script.random_delay.count()));
      delay += std::chrono::microseconds(static_cast<int64_t>(wait(random_)));
    }
    connection.streaming = false;
    if (delay.count() == 0) return Answer(connection);
    connection.next = Clock::now() + delay;
    due_.push({connection.next, connection.socket, connection.number});
  }

  void Answer(Connection& connection) {
    const MockScript& script = connection.script;
    const bool fails = Chance(script.failures);
    if (log_.is_open() && !script.own_text.empty()) {
      log_ << Clock::now().time_since_epoch().count() << ' ' << script.own_text
           << (fails ? " failed\n" : " billed\n");
    }
    if (fails) return Send(connection, FailureAnswer());
    if (Chance(script.cuts)) return CutOff(connection);
    if (!script.stream && !script.own_text.empty()) return Send(connection, UnaryAnswer(script));
    if (!script.stream) {
      auto& whole = answers_[script.answer_bytes];
      if (whole.empty()) whole = UnaryAnswer(script);
      return Send(connection, whole);
    }
    connection.streaming = true;
    connection.chunks_left = script.chunks;
    Send(connection, StreamHead());
    if (script.interval.count() == 0) {
      // Each in a packet of its own: servers flush every event.
      for (; connection.chunks_left > 0; --connection.chunks_left) SendChunk(connection);
      return Send(connection, StreamEnd());
    }
    connection.next = Clock::now();
    NextChunk(connection);
  }

  void NextChunk(Connection& connection) {
    if (connection.chunks_left-- == 0) return Send(connection, StreamEnd());
    connection.next += connection.script.interval;
    due_.push({connection.next, connection.socket, connection.number});
    SendChunk(connection);
  }

  void SendChunk(Connection& connection) {
    const std::string& text = connection.script.own_text;
    Send(connection, text.empty() ? token_chunk_ : StreamChunk(text));
  }

  bool Chance(int of_a_thousand) { return static_cast<int>(random_() % 1000) < of_a_thousand; }

  // The half of the answer, and no more.
  void CutOff(Connection& connection) {
    const MockScript& script = connection.script;
    const std::string whole =
        script.stream ? StreamHead() + StreamChunk(script.own_text) : UnaryAnswer(script);
    Send(connection, whole.substr(0, whole.size() - 20));
    Close(connection);
  }

  void FireDue() {
    const auto now = Clock::now();
    while (!due_.empty() && due_.top().time <= now) {
      const Due due = due_.top();
      due_.pop();
      const auto found = connections_.find(due.socket);
      if (found == connections_.end() || found->second->number != due.number) continue;
      found->second->streaming ? NextChunk(*found->second) : Answer(*found->second);
    }
  }

  void Send(Connection& connection, const std::string& bytes) {
    size_t sent = 0;
    if (connection.out.empty()) {
      const ssize_t done = send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (done > 0) sent = static_cast<size_t>(done);
      if (sent == bytes.size()) return;
      Watch(connection.socket, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
    connection.out.append(bytes, sent);
  }

  void Flush(Connection& connection) {
    const ssize_t done =
        send(connection.socket, connection.out.data(), connection.out.size(), MSG_NOSIGNAL);
    if (done > 0) connection.out.erase(0, static_cast<size_t>(done));
    if (done < 0 && errno != EAGAIN) return Close(connection);
    if (connection.out.empty()) Watch(connection.socket, EPOLLIN, EPOLL_CTL_MOD);
  }

  int listener_ = -1, epoll_ = -1;
  uint64_t last_number_ = 0;
  std::array<char, 256 * 1024> buffer_;
  std::unordered_map<int, std::unique_ptr<Connection>> connections_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::unordered_map<int, std::string> answers_;
  const std::string token_chunk_ = StreamChunk(" token");
  std::ofstream log_;
  std::mt19937 random_{1};
};

}  // namespace
}  // namespace inferwire::bench

int main(int argc, char** argv) {
  const int port = argc == 2 || argc == 3 ? std::atoi(argv[1]) : -1;
  if (port < 0 || port > 65535) {
    std::cerr << "usage: mock_upstream PORT [LOG]\n";
    return 2;
  }
  std::signal(SIGTERM, [](int) { inferwire::bench::stopped = 1; });
  std::make_unique<inferwire::bench::MockUpstream>(static_cast<uint16_t>(port), argv[2])->Run();
}
