// How long a call usually takes, learned from those that came to their end: about the median, which
// few very long answers do not move. Thread-safe, without a lock.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::limits {

class TypicalTime {
 public:
  // One step up for each that took longer, one down for each that did not.
  void Learn(Duration took) {
    const int64_t known = nanoseconds_.load(std::memory_order_relaxed);
    const int64_t step = known / 16 + 1;
    const int64_t next = known == 0             ? took.count()
                         : took.count() > known ? known + step
                                                : known - step;
    nanoseconds_.store(next, std::memory_order_relaxed);
  }
  // 0: nothing is known.
  Duration get() const { return Duration(nanoseconds_.load(std::memory_order_relaxed)); }

 private:
  std::atomic<int64_t> nanoseconds_{0};
};

}  // namespace inferwire::limits
