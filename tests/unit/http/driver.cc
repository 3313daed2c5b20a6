#include "unit/http/driver.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "support/scripted_server.h"

namespace inferwire::http {

void Recorder::OnHeaders(int new_status, const Headers& new_headers) {
  EXPECT_FALSE(ended());
  status = new_status;
  headers = new_headers;
  ++header_blocks;
  if (on_headers) on_headers();
}

bool Recorder::OnBody(std::string_view bytes) {
  EXPECT_FALSE(ended());
  EXPECT_EQ(header_blocks, 1);
  if (on_body && !on_body(bytes)) return false;
  body.append(bytes);
  return true;
}

void Recorder::OnEnd(const Outcome& new_outcome) {
  EXPECT_FALSE(ended()) << "a second end";
  outcome = new_outcome;
  if (on_end) on_end(new_outcome);
}

bool Driver::Until(const std::function<bool()>& done) {
  using std::chrono::milliseconds;
  const SteadyTime give_up = clock.Now() + kPatience;
  while (!done()) {
    if (clock.Now() > give_up) {
      ADD_FAILURE() << "still waiting";
      return false;
    }
    if (transfers.Poll()) continue;
    // Short, since done() may also depend on a server's thread.
    milliseconds wait(5);
    if (const auto due = transfers.NextTimeout()) {
      wait = std::clamp(std::chrono::ceil<milliseconds>(*due - clock.Now()), milliseconds(0), wait);
    }
    pollfd ready{transfers.epoll_fd(), POLLIN, 0};
    poll(&ready, 1, static_cast<int>(wait.count()));
  }
  return true;
}

Request Driver::To(std::string url, std::string body, std::string method) const {
  Request request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.headers = {"Content-Type: application/json", "Authorization: Bearer secret"};
  if (!body.empty()) request.body = std::make_shared<const std::string>(std::move(body));
  request.connect_options = &connect_options;
  return request;
}

int OpenDescriptors() {
  const auto entries = std::filesystem::directory_iterator("/proc/self/fd");
  return static_cast<int>(std::distance(begin(entries), end(entries))) - 1;  // its own
}

std::vector<int> SocketsTo(int port) {
  std::vector<int> sockets;
  for (int fd = 0; fd < 1024; ++fd) {
    sockaddr_in peer{};
    socklen_t length = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &length) != 0) continue;
    if (ntohs(peer.sin_port) == port) sockets.push_back(fd);
  }
  return sockets;
}

bool WaitForBytesFrom(int port) {
  std::vector<pollfd> all;
  for (const int fd : SocketsTo(port)) all.push_back({fd, POLLIN, 0});
  if (all.empty()) return false;  // closed already
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kPatience);
  return poll(all.data(), all.size(), static_cast<int>(patience.count())) > 0;
}

}  // namespace inferwire::http
