// The upstream transfers of one loop: libcurl's multi handle and an epoll set of its own. It has no
// thread and never blocks: the loop calls Poll, sleeps until NextTimeout or until epoll_fd is
// readable, and calls Poll again. Not thread-safe: everything happens on the loop's thread, sinks
// included, and a observer is only ever called from within Poll.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "http/polled_sockets.h"
#include "http/sockets.h"
#include "http/tls_client.h"
#include "http/transport.h"

namespace inferwire::http {

struct TransferLimits {
  size_t header_bytes = 64 * 1024;    // of one answer, interim blocks and trailers included
  size_t max_connections = 1024;      // in use and idle; further transfers wait for one
  size_t max_host_connections = 512;  // to one host and port
  size_t pooled_handles = 256;        // kept for use again when their transfer is over
  size_t most_behind = 1024;          // sockets, see lags()
  // A connection whose descriptor has this number or a higher one is not made.
  int max_descriptor = std::numeric_limits<int>::max();
  std::chrono::seconds max_idle{110}, max_lifetime{600};  // of a connection that is to be reused
};

class Transfers final : public Transport {
 public:
  explicit Transfers(const Clock& clock, TransferLimits limits = {});
  // Cancels what is left; no observer hears of it.
  ~Transfers() override;
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  // Altogether and to one host, from now on. Not from within a observer.
  void AllowConnections(size_t most);

  Transfer* Start(Request request, TransferObserver& observer) override;
  bool Cancel(Transfer* transfer) override;
  void Resume(Transfer* transfer) override;
  std::unique_ptr<WebSocket> OpenWebSocket(WebSocketRequest request,
                                           WebSocketObserver& observer) override;

  // Does what can be done now; true if that was anything.
  bool Poll();
  // There was more to read than one Poll takes, and not all of it has had its turn.
  bool has_backlog() const { return sockets_since_mark_ > 0; }
  // More sockets than it should be are ready and wait for their Poll.
  bool lags() const { return sockets_since_mark_ > limits_.most_behind; }
  // When Poll has something to do though epoll_fd is not readable.
  std::optional<SteadyTime> NextTimeout() const;
  // To wait for, alone or inside another epoll instance. The number stays the same.
  int epoll_fd() const { return epoll_.fd; }
  size_t active() const { return active_.size(); }
  bool idle() const { return active_.empty() && sockets_since_mark_ == 0 && polled_.empty(); }
  size_t pooled() const { return pool_.size(); }

 private:
  struct Descriptor {
    ~Descriptor();
    const int fd;
  };
  struct CloseShare {
    void operator()(void* share) const;
  };
  struct CloseMulti {
    void operator()(void* multi) const;
  };

  bool OpenMulti();
  void LimitConnections();
  void Add(Transfer& transfer);
  void Remove(Transfer& transfer);
  void Recycle(Transfer& transfer, bool reusable);
  std::unique_ptr<Transfer> NewTransfer();
  void Finish(Transfer& transfer, const Outcome& outcome);
  // Every call of libcurl that may call a observer goes through Inside.
  template <class Call>
  auto Inside(Call call);
  void SettleDeferred();

  bool ResumeWaiting();
  bool FailRefused();
  bool HandleSockets();
  void AdaptSockets(Duration took, bool more);
  bool HandleTimer();
  bool Reap();
  void HandOver(Transfer& transfer);
  bool FailAll();
  void Act(int socket, int events);

  static int OnSocket(void* easy, int socket, int what, void* self, void* known);
  static int OnTimer(void* multi, long timeout_ms, void* self);

  const Clock& clock_;
  TransferLimits limits_;
  const Descriptor epoll_;
  // Set behind the sockets that are ready, when they are too many for one Poll: epoll reports in
  // turn, so it comes up when those before it were read.
  const Descriptor marker_;
  PolledSockets polled_;  // of WebSockets
  TlsContexts tls_;       // theirs
  // CURLSH: TLS sessions, so that a new connection resumes what any handle began, and no handle has
  // a store of its own. Outlives the handles.
  std::unique_ptr<void, CloseShare> share_;
  Sockets sockets_;                          // outlives the multi handle
  std::unique_ptr<void, CloseMulti> multi_;  // CURLM
  std::vector<std::unique_ptr<Transfer>> active_, pool_;
  std::vector<Transfer*> resumes_;    // Resume was called
  std::vector<Transfer*> refused_;    // Start failed; OnEnd is owed
  std::vector<Transfer*> waiting_;    // started from within libcurl
  std::vector<Transfer*> cancelled_;  // cancelled from within libcurl
  std::optional<SteadyTime> timer_;
  size_t sockets_at_once_ = 64;    // in one Poll
  size_t sockets_since_mark_ = 0;  // 0: the marker is not set
  bool inside_ = false;            // libcurl is on the stack: it allows neither adding nor removing
  bool broken_ = false;            // the multi handle cannot be trusted any more
};

}  // namespace inferwire::http
