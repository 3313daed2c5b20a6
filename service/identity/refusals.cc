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

void AddTo(std::atomic<uint64_t>& place, uint64_t minute) {
  uint64_t before = place.load(std::memory_order_relaxed);
  uint64_t after = 0;
  do {
    after = minute << 32 | std::min(CountIn(before, minute) + 1, kCount);
  } while (!place.compare_exchange_weak(before, after, std::memory_order_relaxed));
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

void Refusals::Add(gateway::CallerKey address, SteadyTime now) {
  const uint64_t minute = MinuteOf(now);
  AddTo(first_[address.hash() % kPlaces], minute);
  AddTo(second_[address.hash() / kPlaces % kPlaces], minute);
}

Duration Refusals::Left(SteadyTime now) { return kWindow - now.time_since_epoch() % kWindow; }

}  // namespace inferwire::identity
