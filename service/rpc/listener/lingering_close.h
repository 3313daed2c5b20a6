// Closes callers' connections so that nothing on its way is lost. gRPC closes a connection as soon
// as its last call is over (the end of max_connection_age): it shuts both directions and closes.
// What the client sends from then on, be it only an acknowledgement, the kernel answers by a reset,
// and it throws away what it could not send yet: the ends of the client's last calls. Measured with
// a client that pauses for two seconds: all of 1,000 complete streams ended UNAVAILABLE.
//
// So our direction alone is shut first, and what the client still sends is read and thrown away
// until it closes too, which every client does once it has read the end; kTime and kBytes bound it.
//
// gRPC's calls reach us where it is linked statically (wrapped_socket_calls.cc); elsewhere it
// closes as it does.
#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "telemetry/connection_metrics.h"

namespace inferwire::rpc {

class LingeringClose {
 public:
  static constexpr std::chrono::seconds kTime{10};
  static constexpr size_t kBytes = 1 << 20;

  LingeringClose(const Clock& clock, telemetry::ConnectionMetrics& metrics);
  ~LingeringClose();
  LingeringClose(const LingeringClose&) = delete;
  LingeringClose& operator=(const LingeringClose&) = delete;

  // From now on gRPC's calls concerning this connection are ours.
  void Watch(int fd);

  // Readable when Poll has something to do, except for connections whose time is over.
  int epoll_fd() const { return epoll_; }
  // Closes the connections whose client has closed, has sent too much or takes too long; how many.
  size_t Poll();
  // Closes the connection that has lingered longest, for the descriptor; which, -1 if there is
  // none.
  int DropOldest();
  // Ends a connection that gRPC still has: it sees the end, and closes without lingering.
  void CutOff(int fd);
  size_t open() const;

  // What a call of gRPC's means for a connection that some LingeringClose watches; false: it is
  // none of theirs, and the call is to be made as it is. Any thread.
  static bool OnShutdown(int fd);
  static bool OnClose(int fd);
  static void OnEpollAdd(int epoll, int fd);

 private:
  struct Connection {
    SteadyTime until;
    size_t bytes = 0;
  };
  enum class Read { kOpen, kClosed, kTooMuch };

  bool Take(int fd);
  std::vector<int> Over();
  static Read ReadAndDrop(int fd, size_t& bytes);

  const Clock& clock_;
  telemetry::ConnectionMetrics& metrics_;
  const int epoll_;
  mutable std::mutex mutex_;
  std::unordered_map<int, Connection> open_;  // by descriptor
};

}  // namespace inferwire::rpc
