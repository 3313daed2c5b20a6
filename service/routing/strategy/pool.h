// What a strategy chooses among: those of one group that can be used. Never empty.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/random.h"
#include "routing/choice.h"

namespace inferwire::routing {

// More than a route may have targets; what is beyond it is not looked at.
inline constexpr size_t kMostCandidates = 256;

struct Pool {
  std::span<const Candidate> candidates;
  std::span<uint16_t> usable;  // which of them; a strategy may sort it

  const Candidate& operator[](size_t i) const { return candidates[usable[i]]; }
  size_t size() const { return usable.size(); }
};

// The part of its weight that it takes now.
inline double WeightNow(const Candidate& candidate) { return candidate.weight * candidate.warmth; }

// What one more call would find there.
inline double LoadOf(const Candidate& candidate) {
  return (candidate.in_flight + 1) / WeightNow(candidate);
}

// Every bit of the answer depends on every bit of the question.
constexpr uint64_t Mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ x >> 32;
}

// In [0, 1).
constexpr double Unit(uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

// The better one of two at random: as good as the best of all where what is known is a moment old,
// and nobody herds. better(a, b): whether a is preferred to b. The place in pool.usable.
template <typename Better>
size_t BetterOfTwo(const Pool& pool, Random& random, const Better& better) {
  const size_t size = pool.size();
  if (size == 1) return 0;
  const uint64_t bits = random.Bits();
  const size_t a = (bits >> 32) * size >> 32;
  size_t b = (bits & 0xffffffff) * (size - 1) >> 32;
  if (b >= a) ++b;
  return better(pool[b], pool[a]) ? b : a;
}

}  // namespace inferwire::routing
