#include "rpc/listener/silent_connections.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

namespace inferwire::rpc {
namespace {

constexpr uint64_t kPrefaceAndFrame = 24 + 9;

}  // namespace

bool HasSpoken(int fd) {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return true;
  constexpr size_t kNeeded = offsetof(tcp_info, tcpi_bytes_received) + sizeof(uint64_t);
  return length < kNeeded || info.tcpi_bytes_received >= kPrefaceAndFrame;
}

void SilentConnections::Sweep(const Alive& alive) {
  std::erase_if(waiting_, [&](const Waiting& each) {
    return !alive(each.fd, each.socket) || spoken_(each.fd);
  });
}

std::optional<int> SilentConnections::TakeOldest(SteadyTime now, const Alive& alive,
                                                 const std::string* peer) {
  for (auto each = waiting_.begin(); each != waiting_.end() && now - each->since >= kGrace;) {
    if (peer && each->peer != *peer) {
      ++each;
      continue;
    }
    const Waiting oldest = *each;
    each = waiting_.erase(each);
    if (alive(oldest.fd, oldest.socket) && !spoken_(oldest.fd)) return oldest.fd;
  }
  return std::nullopt;
}

}  // namespace inferwire::rpc
