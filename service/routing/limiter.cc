#include "routing/limiter.h"

#include <algorithm>

#include "routing/place_time.h"

namespace inferwire::routing {
namespace {

constexpr int kFirst = 40, kLeast = 4;
constexpr int kMost = 1000;    // where no other number is configured
constexpr int kFewest = 5;     // answers to go by
constexpr double kNear = 0.8;  // of the target: what is that slow has to become less
constexpr double kLess = 0.9;
constexpr double kUsed = 0.8;  // of the limit: more is of use
constexpr int64_t kEvery = Nanoseconds(std::chrono::seconds(1));

}  // namespace

void Limiter::Configure(const LimitOptions& options) {
  const bool fixed = options.first_byte_target <= Duration::zero();
  const int most = options.in_flight > 0 ? options.in_flight : fixed ? 0 : kMost;
  target_.store(fixed ? 0 : Nanoseconds(options.first_byte_target), kRelaxed);
  most_.store(most, kRelaxed);
  if (fixed) return limit_.store(most, kRelaxed);
  const int limit = limit_.load(kRelaxed);
  limit_.store(std::min(limit > 0 ? limit : kFirst, most), kRelaxed);
}

void Limiter::Answered(Duration first_byte, int in_flight, SteadyTime now) {
  const int64_t target = target_.load(kRelaxed);
  if (target == 0) return;
  Count(static_cast<double>(Nanoseconds(first_byte)) > kNear * static_cast<double>(target),
        in_flight, now);
}

void Limiter::Refused(int in_flight, SteadyTime now) {
  if (target_.load(kRelaxed) != 0) Count(true, in_flight, now);
}

void Limiter::Count(bool slow, int in_flight, SteadyTime at) {
  const int64_t now = Nanoseconds(at);
  if (slow) slow_.fetch_add(1, kRelaxed);
  const int answers = answers_.fetch_add(1, kRelaxed) + 1;
  int64_t next = next_look_.load(kRelaxed);
  if (next == INT64_MIN) {  // the first one
    next_look_.compare_exchange_strong(next, now + kEvery, kRelaxed);
    return;
  }
  if (now < next || answers < kFewest) return;
  if (!next_look_.compare_exchange_strong(next, now + kEvery, kRelaxed)) return;
  Follow(answers_.exchange(0, kRelaxed), slow_.exchange(0, kRelaxed), in_flight);
}

void Limiter::Follow(int answers, int slow, int in_flight) {
  const int limit = limit_.load(kRelaxed);
  const int most = most_.load(kRelaxed);
  // The slowest tenth: the 90th percentile is one of them.
  const int tenth = answers - answers * 9 / 10;
  if (slow >= tenth) {
    const int less = static_cast<int>(kLess * std::min(limit, in_flight + 1));
    limit_.store(std::min(std::max(kLeast, less), most), kRelaxed);
  } else if (in_flight >= kUsed * limit) {
    limit_.store(std::min(limit + 1, most), kRelaxed);
  }
}

}  // namespace inferwire::routing
