#include "limits/output_forecast.h"

#include <algorithm>

namespace inferwire::limits {
namespace {

// The end of the bucket, in tokens: the square root of two is 181/128 within 0.01 %.
constexpr int64_t End(size_t bucket) {
  const int64_t power = int64_t{16} << (bucket / 2);
  return bucket % 2 == 0 ? power : power * 181 / 128;
}

}  // namespace

void OutputForecast::Learn(int64_t output_tokens) {
  size_t bucket = 0;
  while (bucket + 1 < kBuckets && End(bucket) < output_tokens) ++bucket;
  const std::lock_guard lock(mutex_);
  ++counts_[bucket];
  if (++total_ >= kFull) {
    total_ = 0;
    for (uint16_t& count : counts_) total_ += count /= 2;
  }
  // The bucket in which the 99th of 100 lies.
  const uint32_t rank = (total_ * 99 + 99) / 100;
  uint32_t below = 0;
  size_t found = 0;
  while (found + 1 < kBuckets && (below += counts_[found]) < rank) ++found;
  p99_.store(std::max(kLeast, End(found)), std::memory_order_relaxed);
}

}  // namespace inferwire::limits
