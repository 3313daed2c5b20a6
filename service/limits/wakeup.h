// How meters wake the exchange that asks for them, and which of them did; and how calls wake the
// pump of their queue. Outlives both sides. Thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace inferwire::limits {

// How a meter asks for a lease: it runs low, or a call lacked one.
enum class Asking { kNo, kSoon, kNow };

// What there is to tell of it: nothing if it asks as urgently already.
inline Asking Raise(Asking& asks, Asking to) {
  if (asks >= to) return Asking::kNo;
  return asks = to;
}

class Wakeup {
 public:
  // So long who runs low waits for others to come along: one turn serves them all.
  static constexpr Duration kSoon = std::chrono::milliseconds(50);

  // meter: its number in this process.
  void Notify(uint64_t meter, Asking how) {
    if (how == Asking::kNo) return;
    {
      const std::lock_guard lock(mutex_);
      // Beyond it they are asked for with all others.
      if (woken_.size() < kMost) woken_.push_back(meter);
      if (urgent_ || std::exchange(how == Asking::kNow ? urgent_ : soon_, true)) return;
    }
    changed_.notify_one();
  }
  // The same for whoever does not need to know who it was.
  void Notify() {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(urgent_, true)) return;
    }
    changed_.notify_one();
  }
  // Who notified it since it was last asked.
  std::vector<uint64_t> Take() {
    const std::lock_guard lock(mutex_);
    urgent_ = soon_ = false;
    return std::exchange(woken_, {});
  }
  // Until it is notified, for so long at most. False: it was stopped.
  bool Wait(Duration longest) {
    std::unique_lock lock(mutex_);
    const auto now = [this] { return urgent_ || stopped_; };
    changed_.wait_for(lock, longest, [&] { return soon_ || now(); });
    if (!now() && soon_) changed_.wait_for(lock, std::min(kSoon, longest), now);
    urgent_ = soon_ = false;
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
  bool urgent_ = false, soon_ = false, stopped_ = false;
};

}  // namespace inferwire::limits
