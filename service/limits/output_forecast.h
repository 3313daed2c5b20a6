// How long the next answer may get, learned from those that came: the length that 99 of 100 recent
// ones did not exceed. Setting so much aside keeps a limit in tokens within 9 % of its figure at
// full use; the longest possible answer would leave half of a small budget unspent. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>

namespace inferwire::limits {

class OutputForecast {
 public:
  // What is expected at least: before anything was learned too.
  static constexpr int64_t kLeast = 1000;

  void Learn(int64_t output_tokens);
  // In tokens; without a lock.
  int64_t p99() const { return p99_.load(std::memory_order_relaxed); }

 private:
  // Bucket i ends at 16 x 2^(i/2) tokens, the last one at 740,000.
  static constexpr size_t kBuckets = 32;
  // All counts are halved then, so that the old ones fade.
  static constexpr uint32_t kFull = 2000;

  mutable std::mutex mutex_;
  std::array<uint16_t, kBuckets> counts_{};
  uint32_t total_ = 0;
  std::atomic<int64_t> p99_{kLeast};
};

}  // namespace inferwire::limits
