#include "routing/first_byte_times.h"

#include <algorithm>
#include <cmath>

namespace inferwire::routing {
namespace {

constexpr double kFirstBucket = 1e6;  // nanoseconds
constexpr double kGrowth = 1.1;

}  // namespace

void FirstByteTimes::Add(Duration first_byte) {
  const double parts = static_cast<double>(first_byte.count()) / kFirstBucket;
  const double bucket = parts <= 1 ? 0 : std::ceil(std::log(parts) / std::log(kGrowth));
  const auto at = static_cast<uint8_t>(std::min(bucket, static_cast<double>(kBuckets - 1)));
  if (size_ == kKept) {
    --counts_[bucket_of_[next_]];
  } else {
    ++size_;
  }
  bucket_of_[next_] = at;
  ++counts_[at];
  next_ = (next_ + 1) % kKept;
}

std::optional<Duration> FirstByteTimes::P95() const {
  if (size_ < kLeast) return std::nullopt;
  const size_t later = size_ / 20;
  size_t seen = 0;
  for (size_t i = kBuckets; i > 0; --i) {
    seen += counts_[i - 1];
    if (seen <= later) continue;
    const double end = kFirstBucket * std::pow(kGrowth, static_cast<double>(i - 1));
    return Duration(static_cast<int64_t>(end));
  }
  return std::nullopt;
}

}  // namespace inferwire::routing
