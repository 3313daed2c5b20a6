#include "rpc/listener/lingering_close.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace inferwire::rpc {

LingeringClose::LingeringClose(const Clock& clock, telemetry::ConnectionMetrics& metrics)
    : clock_(clock), metrics_(metrics), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

LingeringClose::~LingeringClose() {
  for (const auto& [fd, connection] : open_) close(fd);
  if (epoll_ >= 0) close(epoll_);
}

void LingeringClose::Expect(int fd) {
  std::lock_guard lock(mutex_);
  expected_.insert(fd);
}

// Before its number can be given away.
void LingeringClose::GivenBack(int fd) {
  std::lock_guard lock(mutex_);
  expected_.erase(fd);
}

void LingeringClose::CloseNow(int fd) {
  GivenBack(fd);
  close(fd);
}

void LingeringClose::CloseGently(int fd) {
  GivenBack(fd);
  size_t bytes = 0;
  const Read read = ReadAndDrop(fd, bytes);
  if (read == Read::kTooMuch) metrics_.Abandoned();
  if (read != Read::kOpen || !Linger(fd, bytes)) close(fd);
}

void LingeringClose::CutOff(int fd) {
  std::lock_guard lock(mutex_);  // until it is shut nobody can give it back
  if (expected_.contains(fd)) shutdown(fd, SHUT_RDWR);
}

bool LingeringClose::Linger(int fd, size_t bytes) {
  shutdown(fd, SHUT_WR);
  std::lock_guard lock(mutex_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return false;
  open_[fd] = {.until = clock_.Now() + kTime, .bytes = bytes};
  return true;
}

size_t LingeringClose::Poll() {
  const std::vector<int> over = Over();
  for (const int fd : over) close(fd);
  return over.size();
}

int LingeringClose::DropOldest() {
  int fd = -1;
  {
    std::lock_guard lock(mutex_);
    const auto oldest =
        std::ranges::min_element(open_, {}, [](const auto& each) { return each.second.until; });
    if (oldest == open_.end()) return -1;
    fd = oldest->first;
    open_.erase(oldest);
  }
  metrics_.Abandoned();
  close(fd);
  return fd;
}

std::vector<int> LingeringClose::Over() {
  std::vector<int> over;
  std::lock_guard lock(mutex_);
  if (open_.empty()) return over;
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const int fd = events[static_cast<size_t>(i)].data.fd;
    const Read read = ReadAndDrop(fd, open_[fd].bytes);
    if (read == Read::kOpen) continue;
    if (read == Read::kTooMuch) metrics_.Abandoned();
    open_.erase(fd);
    over.push_back(fd);
  }
  const SteadyTime now = clock_.Now();
  std::erase_if(open_, [&](const auto& connection) {
    if (now < connection.second.until) return false;
    metrics_.Abandoned();
    over.push_back(connection.first);
    return true;
  });
  return over;
}

size_t LingeringClose::open() const {
  std::lock_guard lock(mutex_);
  return open_.size();
}

LingeringClose::Read LingeringClose::ReadAndDrop(int fd, size_t& bytes) {
  std::array<char, 16 * 1024> dropped;
  while (true) {
    const ssize_t got = recv(fd, dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN ? Read::kOpen : Read::kClosed;
    if (got == 0) return Read::kClosed;
    bytes += static_cast<size_t>(got);
    if (bytes > kBytes) return Read::kTooMuch;
  }
}

}  // namespace inferwire::rpc
