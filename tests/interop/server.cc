// Serves grpc.testing.TestService on a port of its own choice, which it prints, until its standard
// input ends. Usage: inferwire_interop_server [CERTIFICATE KEY]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "rpc/http2/host.h"
#include "rpc/http2/tls.h"
#include "rpc/listener/lingering_close.h"
#include "telemetry/metrics.h"
#include "test_service.h"

namespace inferwire::interop {
namespace {

using rpc::http2::Host;
using rpc::http2::HostShared;
using rpc::http2::Tls;

constexpr int kOften = 10;  // ms: what happens by time, such as keepalive

int Listen() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  constexpr int kBacklog = 100;
  if (fd < 0 || bind(fd, name, size) != 0 || listen(fd, kBacklog) != 0 ||
      getsockname(fd, name, &size) != 0) {
    std::perror("listen");
    return -1;
  }
  std::printf("listens on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return fd;
}

void Accept(int listener, const Tls* tls, Host& host) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  host.Adopt(fd, tls ? tls->NewConnection() : rpc::http2::Ssl(nullptr, SSL_free));
}

int Serve(const Tls* tls) {
  const SystemClock clock;
  telemetry::Metrics metrics;
  // As the gateway closes: what a peer still sends would else be answered by a reset.
  rpc::LingeringClose closer(clock, metrics.Of<telemetry::ConnectionMetrics>());
  const grpc::Status busy(grpc::StatusCode::UNAVAILABLE, "there is too much to do");
  Host host(std::make_shared<HostShared>(rpc::http2::Limits{}, clock, metrics, closer, nullptr,
                                         busy, "1000"),
            TestService(), /*seed=*/1);
  const int listener = Listen();
  if (listener < 0) return 1;
  std::array<pollfd, 4> waiting{{{STDIN_FILENO, POLLIN, 0},
                                 {listener, POLLIN, 0},
                                 {host.epoll_fd(), POLLIN, 0},
                                 {closer.epoll_fd(), POLLIN, 0}}};
  for (bool working = false; waiting[0].revents == 0;) {
    poll(waiting.data(), waiting.size(), working ? 0 : kOften);
    if ((waiting[1].revents & POLLIN) != 0) Accept(listener, tls, host);
    working = host.Turn({host.Now()});  // as if it had just slept: nobody is refused
    working = host.EndTurn() || working;
    closer.Poll();
  }
  close(listener);
  return 0;
}

}  // namespace
}  // namespace inferwire::interop

int main(int count, char** arguments) {
  using inferwire::interop::Tls;
  if (count == 1) return inferwire::interop::Serve(nullptr);
  if (count != 3) {
    std::fputs("usage: inferwire_interop_server [CERTIFICATE KEY]\n", stderr);
    return 2;
  }
  const auto tls = Tls::Load({arguments[1], arguments[2], "", {}});
  if (!tls) {
    std::fprintf(stderr, "%s\n", tls.error().message.c_str());
    return 1;
  }
  return inferwire::interop::Serve(tls->get());
}
