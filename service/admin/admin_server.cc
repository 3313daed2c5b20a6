#include "admin/admin_server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace inferwire::admin {
namespace {

constexpr int kBacklog = 512;

Error CannotServe(std::string_view address, std::string_view why) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.message =
      "the admin port cannot listen on " + std::string(address) + ": " + std::string(why);
  return error;
}

struct HostPort {
  std::string host, port;
};

// host:port and [v6]:port.
bool Split(std::string_view address, HostPort& to) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return false;
  to.port = address.substr(colon + 1);
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  to.host = host;
  const bool digits = to.port.find_first_not_of("0123456789") == std::string::npos;
  return digits && !to.port.empty() && to.port.size() <= 5 && std::stoi(to.port) <= 65535 &&
         !host.empty() && host.find_first_of(", ") == std::string_view::npos;
}

struct Bound {
  int fd = -1;
  bool loopback = false;
};

bool IsLoopback(const sockaddr* name) {
  if (name->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(name);
    return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
  }
  return name->sa_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(name)->sin6_addr);
}

Result<Bound> Listen(std::string_view address) {
  HostPort place;
  if (!Split(address, place)) return CannotServe(address, "not host:port or [v6]:port");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &found) != 0) {
    return CannotServe(address, "the name cannot be resolved");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return CannotServe(address, strerror(errno));
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, kBacklog) != 0) {
    const int why = errno;
    close(fd);
    return CannotServe(address, strerror(why));
  }
  return Bound{fd, IsLoopback(found->ai_addr)};
}

int PortOf(int fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return 0;
  return ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(name).sin6_port
                                          : reinterpret_cast<sockaddr_in&>(name).sin_port);
}

}  // namespace

Result<std::unique_ptr<AdminServer>> AdminServer::Start(std::string_view address,
                                                        AdminPages pages) {
  auto bound = Listen(address);
  if (!bound) return std::move(bound.error());
  const int wake = eventfd(0, EFD_CLOEXEC);
  if (wake < 0) {
    close(bound->fd);
    return CannotServe(address, "out of descriptors");
  }
  return std::unique_ptr<AdminServer>(new AdminServer(
      bound->fd, wake, std::move(pages), bound->loopback ? Hosts::kThisMachine : Hosts::kAll));
}

AdminServer::AdminServer(int listener, int wake, AdminPages pages, Hosts hosts)
    : listener_(listener),
      wake_(wake),
      port_(PortOf(listener)),
      connections_(std::move(pages), hosts),
      thread_([this] { Run(); }) {}

AdminServer::~AdminServer() {
  eventfd_write(wake_, 1);
  thread_.join();
  close(listener_);
  close(wake_);
}

void AdminServer::Run() {
  std::vector<pollfd> polled;
  for (;;) {
    polled = {{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    const int wait = connections_.AddTo(polled);
    if (poll(polled.data(), polled.size(), wait) < 0 && errno != EINTR) return;
    if (polled[0].revents != 0) return;
    connections_.Serve({polled.begin() + 2, polled.end()});
    if (polled[1].revents != 0) connections_.Accept(listener_);
  }
}

}  // namespace inferwire::admin
