// Randomness of one loop, seeded from outside so that tests repeat. Not thread-safe, not for
// secrets.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace inferwire {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  // In [0, 1).
  double Uniform() { return std::uniform_real_distribution<double>(0, 1)(engine_); }

  uint64_t Bits() { return engine_(); }

  // 32 hexadecimal digits.
  std::string Id() {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string id(32, '0');
    for (size_t half = 0; half < 2; ++half) {
      uint64_t bits = engine_();
      for (size_t i = 0; i < 16; ++i, bits >>= 4) id[half * 16 + i] = kDigits[bits & 15];
    }
    return id;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace inferwire
