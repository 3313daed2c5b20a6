// Which calls of a load are cancelled, and when.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <random>

namespace inferwire::bench {

template <class Call>
class Cancels {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Cancels(int percent) : share_(percent / 100.0) {}

  // A call has begun.
  void Consider(Call call) {
    if (!std::bernoulli_distribution(share_)(random_)) return;
    const double after = std::exp2(std::uniform_real_distribution(0.0, kLatest)(random_));
    due_.emplace(Clock::now() + std::chrono::microseconds(static_cast<int64_t>(after)), call);
  }
  // Calls `cancel` with those whose time has come; some of them are over.
  template <class Cancel>
  void Run(Cancel cancel) {
    const auto now = Clock::now();
    while (!due_.empty() && due_.begin()->first <= now) cancel(due_.extract(due_.begin()).mapped());
  }
  std::optional<Clock::time_point> next() const {
    return due_.empty() ? std::nullopt : std::optional(due_.begin()->first);
  }

 private:
  // The exponent of 2, in microseconds: as many cancels come early in a short call's life as late
  // in a stream's.
  static constexpr double kLatest = 19;

  const double share_;
  std::multimap<Clock::time_point, Call> due_;
  std::mt19937 random_{1};
};

}  // namespace inferwire::bench
