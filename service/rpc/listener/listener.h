// The listening socket in front of the wire, which is given the accepted sockets. It has a limit of
// connections, survives when descriptors run out, and stops accepting while calls go on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "rpc/listener/connection_table.h"
#include "rpc/listener/lingering_close.h"
#include "rpc/listener/listen_socket.h"
#include "rpc/listener/silent_connections.h"
#include "telemetry/connection_metrics.h"

namespace inferwire::rpc {

struct ListenerLimits {
  int backlog = 1024;
  size_t max_connections = 2000;  // keep it below half of the limit of open files
  size_t max_per_peer = 200;      // per IP address; unix sockets have none
  // A connection whose descriptor has this number or a higher one is refused: what is above is kept
  // for upstreams and the admin port.
  int max_descriptor = std::numeric_limits<int>::max();
};

// Accepts on one thread of its own. The public methods may be called from any thread, the handler
// runs on the accept thread.
class Listener {
 public:
  // Takes the descriptor until it gives it back to the closer: non-blocking, close-on-exec, without
  // Nagle's delay.
  using Handler = std::function<void(int fd)>;

  // address: host:port, [v6]:port or unix:/path; port 0 takes a free one. From here on the kernel
  // queues connections; they are served after Start().
  static Result<std::unique_ptr<Listener>> Bind(std::string_view address, ListenerLimits limits,
                                                telemetry::ConnectionMetrics& metrics);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int port() const { return port_; }  // 0 for a unix socket
  const std::string& address() const { return address_; }

  // Once.
  void Start(Handler handler);
  // Who serves a connection gives it back here. Not after the listener's end.
  ConnectionCloser& closer() { return lingering_; }
  // Takes what the kernel has already queued and closes the socket; it is closed when this returns.
  // Connections go on. Idempotent.
  void StopAccepting();

  // Open connections, as of at most a second ago; those that linger are among them.
  size_t connections() const { return connections_; }
  // False when accepting has ended without being told to: for /livez.
  bool healthy() const { return !failed_; }

 private:
  enum class Accepted { kOne, kNothingWaiting, kBackOff, kBroken };

  Listener(ListenSocket socket, ListenerLimits limits, telemetry::ConnectionMetrics& metrics,
           int wake_fd);

  void Run();
  void Wait(bool accepting);
  void AcceptWaiting(bool last_turn);
  Accepted AcceptOne();
  Accepted ShedOne();
  void Admit(int fd, const std::string& peer);
  bool MakeRoom(const std::string& peer);
  void Evict(const std::string* peer);
  void Sweep();
  // What there is now of connections.
  void Count();
  void CloseSocket();
  void OpenReserve();
  void Wake();

  const ListenerLimits limits_;
  telemetry::ConnectionMetrics& metrics_;
  const int port_;
  const std::string address_;
  const SystemClock clock_;
  const int wake_fd_;

  // The accept thread's own.
  ListenSocket socket_;
  Handler handler_;
  ConnectionTable table_;
  SilentConnections silent_;
  const SilentConnections::Alive alive_ = [this](int fd, ino_t socket) {
    return table_.IsAlive(fd, socket);
  };
  LingeringClose lingering_;
  SteadyTime last_sweep_;
  int reserve_fd_ = -1;  // given up to accept and close one connection when descriptors run out
  bool back_off_ = false;

  std::atomic<size_t> connections_ = 0;
  std::atomic<bool> failed_ = false, stop_accepting_ = false, stop_ = false;
  std::mutex mutex_;  // of closed_
  std::condition_variable closed_changed_;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace inferwire::rpc
