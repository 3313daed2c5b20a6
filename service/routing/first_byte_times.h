// How long one target took to its first byte, of late: the last answers' times, and which of them
// is late. Not thread-safe: each loop has its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace inferwire::routing {

class FirstByteTimes {
 public:
  // So many answers are looked at, and from so many on there is something to say.
  static constexpr size_t kKept = 256, kLeast = 20;

  // Or that it had not come by then.
  void Add(Duration first_byte);
  // 19 of 20 were no later, to a tenth. Unset: too few were seen.
  std::optional<Duration> P95() const;

 private:
  // Each a tenth longer than the one before: 1 ms to 15 minutes.
  static constexpr size_t kBuckets = 145;

  std::array<uint8_t, kKept> bucket_of_{};  // of each time, the oldest at next_ once it is full
  std::array<uint16_t, kBuckets> counts_{};
  size_t size_ = 0, next_ = 0;
};

}  // namespace inferwire::routing
