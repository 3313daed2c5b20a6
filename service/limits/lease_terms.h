// What all leased meters of a process have to know of the others. With the exchange and its meters.
// Thread-safe.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "limits/moment.h"
#include "limits/store_down.h"
#include "limits/wakeup.h"

namespace inferwire::limits {

struct LeaseTerms {
  // Replicas that live, as the store last said; before it ever did, as is configured.
  std::atomic<int> live{1};
  std::atomic<StoreDown> store_down{StoreDown::kLocal};
  // How far the wall clock is behind the store's, in nanoseconds, if it is far enough to matter:
  // periods are counted by the store's.
  std::atomic<int64_t> behind{0};
  // Nothing is kept back any more: the process ends.
  std::atomic<bool> leaving{false};
  Wakeup wakeup;

  int64_t replicas() const { return std::max(live.load(std::memory_order_relaxed), 1); }
  Moment ByTheStore(Moment now) const {
    const Duration skew(behind.load(std::memory_order_relaxed));
    return {now.steady, now.wall + std::chrono::duration_cast<WallTime::duration>(skew)};
  }
};

}  // namespace inferwire::limits
