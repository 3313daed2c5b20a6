// How many calls a place takes at once: a fixed number, or as many as it answers in time. The time
// to the first byte grows with what waits in the server behind it, so that is what the limit
// follows: a tenth less when one of ten answers took nearly as long as it may, one more while there
// is use for it. Thread-safe, without a lock. Time is handed in.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::routing {

struct LimitOptions {
  int in_flight = 0;             // 0: none
  Duration first_byte_target{};  // 0: in_flight is all there is
  bool operator==(const LimitOptions&) const = default;
};

class Limiter {
 public:
  Limiter() = default;
  explicit Limiter(const LimitOptions& options) { Configure(options); }

  // Of a new version of the configuration: what was learned stays.
  void Configure(const LimitOptions& options);
  // 0: there is none.
  int limit() const { return limit_.load(std::memory_order_relaxed); }

  // in_flight: the calls there now, this one among them.
  void Answered(Duration first_byte, int in_flight, SteadyTime now);
  // It said that it has too much to do.
  void Refused(int in_flight, SteadyTime now);

 private:
  void Count(bool slow, int in_flight, SteadyTime now);
  void Follow(int answers, int slow, int in_flight);

  std::atomic<int> limit_{0};
  std::atomic<int> most_{0};
  std::atomic<int64_t> target_{0};  // nanoseconds; 0: it stays as it is
  std::atomic<int> answers_{0}, slow_{0};
  std::atomic<int64_t> next_look_{INT64_MIN};
};

}  // namespace inferwire::routing
