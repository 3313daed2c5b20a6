// Sockets in the transfers' epoll set that are not libcurl's. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace inferwire::http {

// Edge triggered: whoever is told reads until there is nothing more. May be unwatched and destroyed
// from within OnPoll of any.
class PolledSocket {
 public:
  virtual ~PolledSocket() = default;
  // events: epoll's; 0: it was Soon that asked for this.
  virtual void OnPoll(uint32_t events) = 0;
};

class PolledSockets {
 public:
  explicit PolledSockets(int epoll_fd) : epoll_fd_(epoll_fd) {}

  // False: the system refuses.
  bool Watch(int fd, PolledSocket& socket);
  // Before it is closed.
  void Unwatch(int fd);
  // Its OnPoll is called in the next turn, whatever happens on the socket.
  void Soon(PolledSocket& socket);
  void NotSoon(const PolledSocket& socket);

  // Null: none of these.
  PolledSocket* Find(int fd) const {
    if (by_fd_.empty()) return nullptr;
    const auto found = by_fd_.find(fd);
    return found == by_fd_.end() ? nullptr : found->second;
  }
  bool has_soon() const { return !soon_.empty(); }
  bool empty() const { return by_fd_.empty() && soon_.empty(); }
  // Those that asked for a turn before this one; true if there were any.
  bool RunSoon();

 private:
  const int epoll_fd_;
  std::map<int, PolledSocket*> by_fd_;
  std::vector<PolledSocket*> soon_;
};

}  // namespace inferwire::http
