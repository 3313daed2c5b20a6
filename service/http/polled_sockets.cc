#include "http/polled_sockets.h"

#include <sys/epoll.h>

#include <algorithm>

namespace inferwire::http {

bool PolledSockets::Watch(int fd, PolledSocket& socket) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.fd = fd;
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) return false;
  by_fd_[fd] = &socket;
  return true;
}

void PolledSockets::Unwatch(int fd) {
  if (by_fd_.erase(fd) > 0) epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
}

void PolledSockets::Soon(PolledSocket& socket) {
  if (std::ranges::find(soon_, &socket) == soon_.end()) soon_.push_back(&socket);
}

void PolledSockets::NotSoon(const PolledSocket& socket) {
  std::erase_if(soon_, [&](const PolledSocket* other) { return other == &socket; });
}

bool PolledSockets::RunSoon() {
  const bool any = has_soon();
  for (size_t left = soon_.size(); left > 0 && !soon_.empty(); --left) {
    PolledSocket* const socket = soon_.front();
    soon_.erase(soon_.begin());
    socket->OnPoll(0);
  }
  return any;
}

}  // namespace inferwire::http
