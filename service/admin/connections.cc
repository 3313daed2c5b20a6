#include "admin/connections.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace inferwire::admin {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr size_t kReadBytes = 4096;
constexpr int kAcceptsAtOnce = 64;

bool WouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Connections::Connections(AdminPages pages, Hosts hosts) : pages_(std::move(pages)), hosts_(hosts) {
  KeepSpare();
}

Connections::~Connections() {
  for (const Connection& each : connections_) close(each.fd);
  if (spare_ >= 0) close(spare_);
}

void Connections::KeepSpare() {
  if (spare_ < 0) spare_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int Connections::AddTo(std::vector<pollfd>& polled) const {
  if (connections_.empty()) return -1;
  auto first = connections_.front().until;
  for (const Connection& each : connections_) {
    const bool writes = each.sent < each.out.size();
    polled.push_back({each.fd, static_cast<short>(writes ? POLLOUT : POLLIN), 0});
    first = std::min(first, each.until);
  }
  const auto wait = std::chrono::ceil<milliseconds>(first - steady_clock::now()).count();
  return static_cast<int>(std::max<int64_t>(wait, 0));
}

void Connections::Serve(std::span<const pollfd> polled) {
  const Time now = steady_clock::now();
  auto connection = connections_.begin();
  for (const pollfd& each : polled) {
    if (each.revents != 0) Serve(*connection);
    if (now >= connection->until) connection->gone = true;
    ++connection;
  }
  CloseGone();
}

void Connections::Serve(Connection& connection) {
  if (connection.sent < connection.out.size()) {
    Write(connection);
  } else if (Read(connection)) {
    AnswerRequests(connection);
  }
}

bool Connections::Read(Connection& connection) {
  char bytes[kReadBytes];
  const ssize_t got = recv(connection.fd, bytes, sizeof bytes, 0);
  if (got <= 0) {
    connection.gone = got == 0 || !WouldBlock();
    return false;
  }
  if (connection.last) return false;  // what comes after the last answer is of no interest
  if (connection.in.empty()) connection.until = steady_clock::now() + milliseconds(kSlowClientMs);
  connection.in.append(bytes, static_cast<size_t>(got));
  return true;
}

void Connections::AnswerRequests(Connection& connection) const {
  while (!connection.last && !connection.gone && connection.out.empty()) {
    while (connection.in.starts_with("\r\n")) connection.in.erase(0, 2);
    const size_t end = connection.in.find("\r\n\r\n");
    Request request;
    if (end == std::string::npos) {
      if (connection.in.size() < kMaxRequestBytes) return;
      connection.last = true;
      connection.out = BadRequest();
    } else if (ReadRequest(std::string_view(connection.in).substr(0, end), request)) {
      const size_t size = TakesBody(request) ? request.body_size : 0;
      if (connection.in.size() - end - 4 < size) return;
      request.body = std::string_view(connection.in).substr(end + 4, size);
      connection.last = !request.keep_alive;
      connection.out = AnswerTo(request, pages_, hosts_);
      connection.in.erase(0, end + 4 + size);
    } else {
      connection.last = true;
      connection.out = BadRequest();
    }
    connection.until = steady_clock::now() + milliseconds(kSlowReaderMs);
    Write(connection);
  }
}

void Connections::Write(Connection& connection) {
  while (connection.sent < connection.out.size()) {
    const ssize_t sent = send(connection.fd, connection.out.data() + connection.sent,
                              connection.out.size() - connection.sent, MSG_NOSIGNAL);
    if (sent < 0) {
      connection.gone = !WouldBlock();
      return;
    }
    connection.sent += static_cast<size_t>(sent);
  }
  connection.out = {};
  connection.sent = 0;
  connection.until = steady_clock::now() + milliseconds(kSlowClientMs);
  // Not closed at once: a reset for what is still unread could overtake the answer.
  if (connection.last) shutdown(connection.fd, SHUT_WR);
}

void Connections::Accept(int listener) {
  KeepSpare();
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0 && (errno == EMFILE || errno == ENFILE)) {
      if (spare_ >= 0) {
        close(std::exchange(spare_, -1));
      } else {
        CloseOldest();
      }
      fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connections_.size() >= kMaxAdminConnections) CloseOldest();
    const Time until = steady_clock::now() + milliseconds(kSlowClientMs);
    // Most clients have sent their request by now.
    Connection& connection = connections_.emplace_back(Connection{fd, until, {}, {}});
    Serve(connection);
    if (connection.gone) CloseGone();
  }
}

void Connections::CloseOldest() {
  if (connections_.empty()) return;
  connections_.front().gone = true;
  CloseGone();
}

void Connections::CloseGone() {
  std::erase_if(connections_, [](const Connection& each) {
    if (each.gone) close(each.fd);
    return each.gone;
  });
}

}  // namespace inferwire::admin
