// Calls that wait for a place where every endpoint of an upstream has as many calls as it takes:
// first come, first served, over all loops. Whoever leaves a place wakes the first. It takes a lock
// only while somebody waits. Thread-safe.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "base/mailbox.h"

namespace inferwire::upstream {

class PlaceQueue : public std::enable_shared_from_this<PlaceQueue> {
 public:
  // One call. But for its making it belongs to its loop.
  class Waiter {
   public:
    // retry: on the loop of the mailbox, which outlives it: a place may be free.
    Waiter(Mailbox& mailbox, std::function<void()> retry)
        : mailbox_(mailbox), retry_(std::move(retry)) {}

   private:
    friend PlaceQueue;

    Mailbox& mailbox_;
    std::function<void()> retry_;  // empty: it does not wait any more
  };

  // False: there are `most` already. again: it has waited before, and goes before the others.
  bool Join(std::shared_ptr<Waiter> waiter, size_t most, bool again);
  // It waits no more; on its loop. A place that it was woken for is the next one's.
  void Leave(Waiter& waiter);
  // A place is free, or may be.
  void Wake() {
    if (waiting() > 0) WakeFirst();
  }

  int waiting() const { return waiting_.load(std::memory_order_seq_cst); }

 private:
  void WakeFirst();

  std::mutex mutex_;
  std::deque<std::shared_ptr<Waiter>> waiters_;
  std::atomic<int> waiting_{0};
};

}  // namespace inferwire::upstream
