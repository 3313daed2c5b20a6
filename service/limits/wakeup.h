// How flows wake the exchange that asks for them. Outlives both. Thread-safe.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/clock.h"

namespace inferwire::limits {

class Wakeup {
 public:
  void Notify() {
    {
      const std::lock_guard lock(mutex_);
      notified_ = true;
    }
    changed_.notify_one();
  }
  // Whether it was notified since it was last asked.
  bool Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(notified_, false);
  }
  // Until it is notified, for so long at most. False: it was stopped.
  bool Wait(Duration longest) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [this] { return notified_ || stopped_; });
    notified_ = false;
    return !stopped_;
  }
  void Stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool notified_ = false, stopped_ = false;
};

}  // namespace inferwire::limits
