// What can be configured of idempotency keys, with every default.
#pragma once

#include <chrono>
#include <cstddef>

namespace inferwire::config {

struct IdempotencyConfig {
  std::chrono::milliseconds keep = std::chrono::minutes(5);
  size_t memory_bytes = size_t{64} << 20;
  size_t max_answer_bytes = size_t{1} << 20;
  int max_waiting = 10'000;
  bool shared = false;
};

}  // namespace inferwire::config
