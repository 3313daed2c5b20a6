// What a sleeping loop waits for, in one epoll instance: upstream's sockets, what its guest has,
// and orders of other threads.
#pragma once

#include "base/clock.h"

namespace inferwire::rpc {

class Readiness {
 public:
  // upstream: the transfers' epoll instance, which can itself be waited for.
  explicit Readiness(int upstream);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // Of the guest's epoll instance.
  void Watch(int guest);
  // Any thread: ends the wait that is on, or the next one.
  void Wake();
  void Wait(Duration longest);

 private:
  const int epoll_, wake_;
};

}  // namespace inferwire::rpc
