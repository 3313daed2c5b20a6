// A thread with transfers, timers and a mailbox of its own, for what is asked of upstreams beside
// the calls: no call ever waits for it.
#pragma once

#include <atomic>
#include <thread>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/timers.h"
#include "http/transfers.h"

namespace inferwire::http {

class TransferThread {
 public:
  // clock outlives it.
  TransferThread(const Clock& clock, const TransferLimits& limits);
  ~TransferThread();
  TransferThread(const TransferThread&) = delete;
  TransferThread& operator=(const TransferThread&) = delete;

  // Until it is started, and once it has ended, they are whoever's has this; between, the thread's.
  Transfers& transfers() { return transfers_; }
  Timers& timers() { return timers_; }
  // Any thread: what is posted runs on this one.
  Mailbox& mailbox() { return mailbox_; }

  void Start();
  bool started() const { return thread_.joinable(); }
  // Ends the thread; what is in flight stays where it is. True if it ran.
  bool Stop();
  // It went round since then; any thread.
  SteadyTime last_tick() const {
    return SteadyTime(SteadyTime::duration(last_tick_.load(std::memory_order_relaxed)));
  }

 private:
  void Run();
  void Sleep();
  void Wake();
  void Tick();

  const Clock& clock_;
  const int wake_;
  Transfers transfers_;
  Timers timers_;
  Mailbox mailbox_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> last_tick_{0};
  std::thread thread_;
};

}  // namespace inferwire::http
