// Latencies in microseconds, log-linear: 64 steps per power of two, so at most 1.6 % off.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace inferwire::bench {

class Histogram {
 public:
  void Add(double microseconds) {
    const auto value = static_cast<uint64_t>(std::max(0.0, microseconds));
    ++counts_[PlaceOf(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  uint64_t count() const { return count_; }
  double max() const { return static_cast<double>(max_); }
  // The value that this share of all stays within, e.g. 0.99.
  double Quantile(double share) const {
    auto left = static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_)));
    for (size_t place = 0; place < counts_.size(); ++place) {
      if (counts_[place] >= left) return static_cast<double>(ValueAt(place));
      left -= counts_[place];
    }
    return max();
  }

 private:
  static constexpr int kBits = 6;
  static constexpr uint64_t kSteps = uint64_t{1} << kBits;

  static size_t PlaceOf(uint64_t value) {
    if (value < kSteps) return value;
    const int power = std::bit_width(value) - kBits - 1;
    return (static_cast<size_t>(power) << kBits) + (value >> power);
  }
  static uint64_t ValueAt(size_t place) {
    if (place < kSteps) return place;
    const size_t power = (place >> kBits) - 1;
    return (place - (power << kBits)) << power;
  }

  std::vector<uint64_t> counts_ = std::vector<uint64_t>(60 * kSteps);
  uint64_t count_ = 0, max_ = 0;
};

}  // namespace inferwire::bench
