// How much each caller holds of something that all share, without a list of callers: two rows of
// counters, each caller's place in a row given by a hash. A caller's count is the smaller of its
// two, so that it takes a stranger in both places to be taken for more. Bounded memory, no locks,
// nothing to allocate or forget. Thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace inferwire::gateway {

// Who a call is counted for: who the caller proved to be, else the address it comes from, of IPv6
// the /64 (what one subscriber has). Nobody outside the process can tell which two share a place.
class CallerKey {
 public:
  CallerKey() = default;
  // peer: as gRPC names it, e.g. ipv4:10.0.0.1:4711.
  static CallerKey Of(std::string_view identity, std::string_view peer);

  size_t hash() const { return hash_; }
  bool operator==(const CallerKey&) const = default;

 private:
  explicit CallerKey(size_t hash) : hash_(hash) {}

  size_t hash_ = 0;
};

class CallerCounts {
 public:
  int64_t Of(CallerKey caller) const {
    return std::min(first_[First(caller)].load(std::memory_order_relaxed),
                    second_[Second(caller)].load(std::memory_order_relaxed));
  }
  void Add(CallerKey caller, int64_t amount) {
    first_[First(caller)].fetch_add(amount, std::memory_order_relaxed);
    second_[Second(caller)].fetch_add(amount, std::memory_order_relaxed);
  }

 private:
  static constexpr size_t kPlaces = 2048;
  using Row = std::array<std::atomic<int64_t>, kPlaces>;

  static size_t First(CallerKey caller) { return caller.hash() % kPlaces; }
  static size_t Second(CallerKey caller) { return (caller.hash() / kPlaces) % kPlaces; }

  Row first_{}, second_{};
};

// A caller may hold so much of what is free, times this: alone it gets share_percent of all, and
// the more callers there are the less each gets, so that something is always left for one more.
class FairShare {
 public:
  explicit FairShare(int share_percent) : share_percent_(share_percent) {}

  // 100 percent: everything belongs to whoever comes first.
  bool Allows(int64_t held, int64_t free) const {
    return share_percent_ >= 100 || held * (100 - share_percent_) < free * share_percent_;
  }

 private:
  int share_percent_;
};

}  // namespace inferwire::gateway
