// How meters wake the exchange that asks for them, and which of them did; and how calls wake the
// pump of their queue. Outlives both sides. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace inferwire::limits {

class Wakeup {
 public:
  // meter: its number in this process.
  void Notify(uint64_t meter) {
    {
      const std::lock_guard lock(mutex_);
      // Beyond it they are asked for with all others.
      if (woken_.size() < kMost) woken_.push_back(meter);
    }
    changed_.notify_one();
  }
  // The same for whoever does not need to know who it was.
  void Notify() {
    {
      const std::lock_guard lock(mutex_);
      called_ = true;
    }
    changed_.notify_one();
  }
  // Who notified it since it was last asked.
  std::vector<uint64_t> Take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(woken_, {});
  }
  // Until it is notified, for so long at most. False: it was stopped.
  bool Wait(Duration longest) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, longest, [this] { return !woken_.empty() || called_ || stopped_; });
    called_ = false;
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
  static constexpr size_t kMost = 10'000;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<uint64_t> woken_;
  bool called_ = false, stopped_ = false;
};

}  // namespace inferwire::limits
