// When calls begin: at once after another in a closed loop, at random times in an open one.
#pragma once

#include <chrono>
#include <optional>
#include <random>

#include "load_options.h"

namespace inferwire::bench {

inline double Microseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

class Arrivals {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Arrivals(const LoadOptions& options)
      : rate_(options.rate),
        begin_(Clock::now()),
        end_(begin_ + std::chrono::duration_cast<Clock::duration>(
                          std::chrono::duration<double>(options.seconds))),
        next_(begin_) {}

  bool open_loop() const { return rate_ > 0; }
  bool over() const { return Clock::now() >= end_; }
  // The intended time of the next call if it has come; latency counts from there, so that a late
  // start is no excuse.
  std::optional<Clock::time_point> Take() {
    if (next_ > Clock::now() || next_ >= end_) return std::nullopt;
    const auto taken = next_;
    next_ += std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(std::exponential_distribution<>(rate_)(random_)));
    return taken;
  }
  Clock::time_point next() const { return next_; }

 private:
  const double rate_;
  const Clock::time_point begin_, end_;
  Clock::time_point next_;
  std::mt19937_64 random_{42};
};

}  // namespace inferwire::bench
