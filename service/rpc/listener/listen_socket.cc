#include "rpc/listener/listen_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace inferwire::rpc {
namespace {

constexpr int kSocketFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
constexpr std::string_view kUnix = "unix:";

Error CannotListen(std::string_view address, const std::string& why) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.message = "cannot listen on " + std::string(address) + ": " + why;
  return error;
}

Error CannotListen(std::string_view address, int error_number) {
  return CannotListen(address, std::generic_category().message(error_number));
}

// "host:port" or "[v6]:port"; an empty host is every interface.
struct HostPort {
  std::string host, port;
};

std::optional<HostPort> Split(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == address.size()) {
    return std::nullopt;
  }
  std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;  // a bare IPv6 address: which colon begins the port?
  }
  return HostPort{std::string(host), std::string(address.substr(colon + 1))};
}

// Binds and listens; closes the descriptor if that fails.
Result<int> Open(const sockaddr* name, socklen_t length, int backlog, std::string_view address) {
  const int fd = socket(name->sa_family, SOCK_STREAM | kSocketFlags, 0);
  if (fd < 0) {
    return CannotListen(address, errno);
  }
  const int on = 1, off = 0;
  if (name->sa_family != AF_UNIX) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (name->sa_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (bind(fd, name, length) != 0 || listen(fd, backlog) != 0) {
    const int error_number = errno;
    close(fd);
    return CannotListen(address, error_number);
  }
  return fd;
}

// Where the kernel put it.
void ReadName(ListenSocket& socket) {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  char host[NI_MAXHOST], port[NI_MAXSERV];
  auto* generic = reinterpret_cast<sockaddr*>(&name);
  if (getsockname(socket.fd, generic, &length) == 0 &&
      getnameinfo(generic, length, host, sizeof host, port, sizeof port,
                  NI_NUMERICHOST | NI_NUMERICSERV) == 0) {
    const bool v6 = name.ss_family == AF_INET6;
    socket.port = std::atoi(port);
    socket.address = (v6 ? "[" : "") + std::string(host) + (v6 ? "]:" : ":") + port;
  }
}

Result<ListenSocket> OpenTcp(std::string_view address, int backlog) {
  const auto parts = Split(address);
  if (!parts) {
    return CannotListen(address, "not host:port, [v6]:port or unix:/path");
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* host = parts->host.empty() ? nullptr : parts->host.c_str();
  if (const int failed = getaddrinfo(host, parts->port.c_str(), &hints, &found); failed != 0) {
    return CannotListen(address, gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  auto fd = Open(found->ai_addr, found->ai_addrlen, backlog, address);
  if (!fd) {
    return fd.error();
  }
  ListenSocket socket{.fd = *fd, .address = std::string(address)};
  ReadName(socket);
  return socket;
}

// True if the path is a socket that refuses: its owner is gone.
bool IsAbandoned(const sockaddr_un& name, socklen_t length) {
  struct stat status {};
  if (lstat(name.sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) {
    return false;
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | kSocketFlags, 0);
  const bool refused = fd >= 0 &&
                       connect(fd, reinterpret_cast<const sockaddr*>(&name), length) != 0 &&
                       errno == ECONNREFUSED;
  if (fd >= 0) {
    close(fd);
  }
  return refused;
}

Result<ListenSocket> OpenUnix(std::string_view address, int backlog) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string_view path = address.substr(kUnix.size());
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return CannotListen(address, "the path is empty or too long");
  }
  std::memcpy(name.sun_path, path.data(), path.size());
  const socklen_t length = sizeof name;
  if (IsAbandoned(name, length)) {
    unlink(name.sun_path);
  }
  auto fd = Open(reinterpret_cast<const sockaddr*>(&name), length, backlog, address);
  if (!fd) {
    return fd.error();
  }
  struct stat status {};
  const bool seen = stat(name.sun_path, &status) == 0;
  return ListenSocket{.fd = *fd,
                      .port = 0,
                      .address = std::string(address),
                      .path = std::string(path),
                      .path_inode = seen ? status.st_ino : 0};
}

}  // namespace

Result<ListenSocket> OpenListenSocket(std::string_view address, int backlog) {
  return address.starts_with(kUnix) ? OpenUnix(address, backlog) : OpenTcp(address, backlog);
}

void CloseListenSocket(ListenSocket& socket) {
  if (socket.fd < 0) {
    return;
  }
  struct stat status {};
  if (!socket.path.empty() && stat(socket.path.c_str(), &status) == 0 &&
      status.st_ino == socket.path_inode) {
    unlink(socket.path.c_str());
  }
  close(socket.fd);
  socket.fd = -1;
}

}  // namespace inferwire::rpc
