#include "rpc/readiness.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace inferwire::rpc {
namespace {

enum Source : uint32_t { kWake, kOther };

void Add(int epoll, int fd, Source source) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = source;
  // Fails for want of memory only: then the loop finds out by itself, a nap later.
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

Readiness::Readiness(int upstream)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  Add(epoll_, upstream, kOther);
  Add(epoll_, wake_, kWake);
}

Readiness::~Readiness() {
  for (const int fd : {epoll_, wake_}) {
    if (fd >= 0) close(fd);
  }
}

void Readiness::Watch(int guest) { Add(epoll_, guest, kOther); }

void Readiness::Wake() {
  // Can only fail when the counter is full, and then a wait is being ended already.
  [[maybe_unused]] const int written = eventfd_write(wake_, 1);
}

void Readiness::Wait(Duration longest) {
  using std::chrono::milliseconds;
  const auto timeout = std::chrono::ceil<milliseconds>(std::max(longest, Duration::zero()));
  std::array<epoll_event, 3> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(timeout.count()));
  // Without an epoll instance, for want of descriptors at the start: short naps.
  if (count < 0) poll(nullptr, 0, 1);
  for (int i = 0; i < count; ++i) {
    eventfd_t wakes = 0;
    if (events[static_cast<size_t>(i)].data.u32 == kWake) eventfd_read(wake_, &wakes);
  }
}

}  // namespace inferwire::rpc
