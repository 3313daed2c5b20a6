#include "identity/refusals.h"

#include <algorithm>
#include <chrono>

namespace inferwire::identity {
namespace {

constexpr Duration kWindow = std::chrono::minutes(1);
constexpr uint64_t kCount = 0xFFFFFFFF;

uint64_t MinuteOf(SteadyTime now) {
  return static_cast<uint64_t>(now.time_since_epoch() / kWindow) & kCount;
}

uint64_t CountIn(uint64_t place, uint64_t minute) {
  return place >> 32 == minute ? place & kCount : 0;
}

int64_t AddTo(std::atomic<uint64_t>& place, uint64_t minute) {
  uint64_t before = place.load(std::memory_order_relaxed);
  uint64_t after = 0;
  do {
    after = minute << 32 | std::min(CountIn(before, minute) + 1, kCount);
  } while (!place.compare_exchange_weak(before, after, std::memory_order_relaxed));
  return static_cast<int64_t>(after & kCount);
}

}  // namespace

int64_t Refusals::Of(gateway::CallerKey address, SteadyTime now) const {
  const uint64_t minute = MinuteOf(now);
  const auto count = [minute](const std::atomic<uint64_t>& place) {
    return CountIn(place.load(std::memory_order_relaxed), minute);
  };
  return static_cast<int64_t>(std::min(count(first_[address.hash() % kPlaces]),
                                       count(second_[address.hash() / kPlaces % kPlaces])));
}

int64_t Refusals::Add(gateway::CallerKey address, SteadyTime now) {
  const uint64_t minute = MinuteOf(now);
  const int64_t first = AddTo(first_[address.hash() % kPlaces], minute);
  const int64_t second = AddTo(second_[address.hash() / kPlaces % kPlaces], minute);
  return std::min(first, second);
}

Duration Refusals::Left(SteadyTime now) { return kWindow - now.time_since_epoch() % kWindow; }

}  // namespace inferwire::identity
