// Sums that stop at the ends of their range instead of overflowing: what is counted comes from
// prices and answers of others.
#pragma once

#include <cstdint>
#include <limits>

namespace inferwire::limits {

constexpr int64_t kMostOfAll = std::numeric_limits<int64_t>::max();

constexpr int64_t Plus(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? kMostOfAll : -kMostOfAll;
}

constexpr int64_t Minus(int64_t a, int64_t b) { return Plus(a, b < -kMostOfAll ? kMostOfAll : -b); }

constexpr int64_t Times(int64_t a, int64_t b) {
  int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) == (b < 0) ? kMostOfAll : -kMostOfAll;
}

}  // namespace inferwire::limits
