// What a sleeping loop waits for: upstream's sockets, the callers' connections, and orders of other
// threads, in one epoll instance.
//
// A caller's connection is gRPC's, which has it in an epoll instance of its own; here it is only
// watched, so that the loop knows when to ask gRPC. To sleep inside gRPC instead takes a second
// thread that watches upstream and wakes the first through grpc::Alarm: four changes of threads for
// every answer (measured: 0.6 to 2 ms per call where this takes 0.2).
#pragma once

#include <atomic>

#include "base/clock.h"

namespace inferwire::rpc {

class Readiness {
 public:
  // upstream: the transfers' epoll instance, which can itself be waited for.
  explicit Readiness(int upstream);
  ~Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  // Any thread, before gRPC is given the connection. Closing it ends the watch.
  void Watch(int connection);
  // Of a guest's epoll instance.
  void WatchGuest(int epoll);
  // Any thread: ends the wait that is on, or the next one.
  void Wake();

  struct Ready {
    int callers = 0;  // connections on which there is something
    bool upstream = false;
  };
  Ready Wait(Duration longest);

 private:
  const int epoll_, wake_;
};

}  // namespace inferwire::rpc
