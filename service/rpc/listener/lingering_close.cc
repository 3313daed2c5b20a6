#include "rpc/listener/lingering_close.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace inferwire::rpc {
namespace {

// gRPC's calls of shutdown() and close() cannot be given an argument.
struct Watched {
  std::recursive_mutex mutex;  // what we call ourselves while closing comes back to us
  std::unordered_map<int, LingeringClose*> by_fd;
  // Where any of them was added: gRPC's own, and one per loop. A descriptor that is not closed yet
  // must be taken out of them.
  std::vector<int> epolls;
};

Watched& AllWatched() {
  static Watched all;
  return all;
}

}  // namespace

LingeringClose::LingeringClose(const Clock& clock, telemetry::ConnectionMetrics& metrics)
    : clock_(clock), metrics_(metrics), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

LingeringClose::~LingeringClose() {
  {
    Watched& all = AllWatched();
    std::lock_guard lock(all.mutex);
    std::erase_if(all.by_fd, [this](const auto& each) { return each.second == this; });
  }
  for (const auto& [fd, connection] : open_) close(fd);
  if (epoll_ >= 0) close(epoll_);
}

void LingeringClose::Watch(int fd) {
  Watched& all = AllWatched();
  std::lock_guard lock(all.mutex);
  all.by_fd[fd] = this;
}

bool LingeringClose::OnShutdown(int fd) {
  Watched& all = AllWatched();
  std::lock_guard lock(all.mutex);
  return all.by_fd.contains(fd);
}

void LingeringClose::OnEpollAdd(int epoll, int fd) {
  Watched& all = AllWatched();
  std::lock_guard lock(all.mutex);
  if (!all.by_fd.contains(fd)) return;
  if (std::ranges::find(all.epolls, epoll) == all.epolls.end()) all.epolls.push_back(epoll);
}

bool LingeringClose::OnClose(int fd) {
  Watched& all = AllWatched();
  std::lock_guard lock(all.mutex);
  const auto found = all.by_fd.find(fd);
  if (found == all.by_fd.end()) return false;
  LingeringClose& owner = *found->second;
  all.by_fd.erase(found);
  size_t bytes = 0;
  if (ReadAndDrop(fd, bytes) != Read::kOpen) return false;
  for (const int epoll : all.epolls) epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
  return owner.Take(fd);
}

bool LingeringClose::Take(int fd) {
  shutdown(fd, SHUT_WR);
  std::lock_guard lock(mutex_);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return false;
  open_[fd] = {.until = clock_.Now() + kTime};
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

void LingeringClose::CutOff(int fd) {
  Watched& all = AllWatched();
  std::lock_guard lock(all.mutex);  // until it is cut nobody can close it, and give its number away
  const auto found = all.by_fd.find(fd);
  if (found == all.by_fd.end() || found->second != this) return;
  all.by_fd.erase(found);
  shutdown(fd, SHUT_RDWR);
}

// Taken out, but not closed: that asks for the other lock.
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
