// A set of 64-bit hashes in one flat table: 8 to 16 bytes each, where std::unordered_set takes 40.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace inferwire {

class HashSet {
 public:
  // False if it was there already.
  bool Insert(uint64_t hash) {
    if (hash == kEmpty) return !std::exchange(has_empty_, true);
    if (2 * (count_ + 1) > slots_.size()) Grow();
    return Put(hash);
  }

  size_t size() const { return count_ + (has_empty_ ? 1 : 0); }
  size_t bytes() const { return slots_.size() * sizeof(uint64_t); }

 private:
  static constexpr uint64_t kEmpty = 0;

  bool Put(uint64_t hash) {
    const size_t mask = slots_.size() - 1;
    size_t at = (hash * 0x9E3779B97F4A7C15u >> 17) & mask;
    for (; slots_[at] != kEmpty; at = (at + 1) & mask) {
      if (slots_[at] == hash) return false;
    }
    slots_[at] = hash;
    ++count_;
    return true;
  }

  void Grow() {
    std::vector<uint64_t> old(slots_.empty() ? 16 : slots_.size() * 2, kEmpty);
    old.swap(slots_);
    count_ = 0;
    for (const uint64_t hash : old) {
      if (hash != kEmpty) Put(hash);
    }
  }

  std::vector<uint64_t> slots_;  // a power of two, at most half full
  size_t count_ = 0;
  bool has_empty_ = false;
};

}  // namespace inferwire
