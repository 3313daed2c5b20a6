// Closes callers' connections so that nothing on its way is lost. What a client sends to a socket
// that is closed, be it only an acknowledgement, the kernel answers by a reset, and it throws away
// what it could not send yet: the ends of the client's last calls. Measured with a client that
// pauses for two seconds: all of 1,000 complete streams ended UNAVAILABLE.
//
// So our direction alone is shut first, and what the client still sends is read and thrown away
// until it closes too, which every client does once it has read the end; kTime and kBytes bound it.
#pragma once

#include <cstddef>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "rpc/connection_closer.h"
#include "telemetry/connection_metrics.h"

namespace inferwire::rpc {

class LingeringClose final : public ConnectionCloser {
 public:
  static constexpr std::chrono::seconds kTime{10};
  static constexpr size_t kBytes = 1 << 20;

  LingeringClose(const Clock& clock, telemetry::ConnectionMetrics& metrics);
  ~LingeringClose() override;
  LingeringClose(const LingeringClose&) = delete;
  LingeringClose& operator=(const LingeringClose&) = delete;

  // For a connection that will be closed by one of the next two, and by nobody else.
  void Expect(int fd);
  void CloseGently(int fd) override;
  void CloseNow(int fd) override;
  // Shuts a connection that is expected: whoever serves it sees its end. Does nothing if it was
  // given back, so a descriptor that has the same number by now is safe.
  void CutOff(int fd);

  // Readable when Poll has something to do, except for connections whose time is over.
  int epoll_fd() const { return epoll_; }
  // Closes the connections whose client has closed, has sent too much or takes too long; how many.
  size_t Poll();
  // Closes the connection that has lingered longest, for the descriptor; which, -1 if there is
  // none.
  int DropOldest();
  size_t open() const;

 private:
  struct Connection {
    SteadyTime until;
    size_t bytes = 0;
  };
  enum class Read { kOpen, kClosed, kTooMuch };

  void GivenBack(int fd);
  bool Linger(int fd, size_t bytes);
  std::vector<int> Over();
  static Read ReadAndDrop(int fd, size_t& bytes);

  const Clock& clock_;
  telemetry::ConnectionMetrics& metrics_;
  const int epoll_;
  mutable std::mutex mutex_;
  std::unordered_set<int> expected_;
  std::unordered_map<int, Connection> open_;  // that linger, by descriptor
};

}  // namespace inferwire::rpc
