// How many tokens a piece is: byte-pair merging, the lowest rank first. A piece of n bytes takes
// O(n log n), so that a long run of one character is no attack. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokens/vocabulary.h"

namespace inferwire::tokens {

class Bpe {
 public:
  explicit Bpe(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  size_t Count(std::string_view piece);
  // The same in steps, for pieces that take milliseconds: Begin, then Advance until it is true,
  // then count(). The piece lives until then. An Advance does about so many look-ups, and takes
  // them off.
  void Begin(std::string_view piece);
  bool Advance(size_t& work);
  size_t count() const { return count_; }
  // The ranks themselves, for tests.
  std::vector<uint32_t> Encode(std::string_view piece);

 private:
  // A part of the piece that is a token, in a list of neighbours.
  struct Part {
    uint32_t begin, size;
    int32_t before, after;  // -1: none
  };
  // Two neighbours that are a token together. Stale when one of them has changed.
  struct Pair {
    uint32_t rank;
    int32_t left;
    uint32_t size;  // of both
  };
  static bool IsLater(const Pair& a, const Pair& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
  }

  void Merge(std::string_view piece);
  void MergeFirst();
  void Offer(int32_t left);

  const Vocabulary& vocabulary_;
  std::vector<Part> parts_;  // kept for the next piece, as pairs_
  std::vector<Pair> pairs_;  // a heap
  std::string_view piece_;
  size_t offered_ = 0;  // of the piece's first pairs
  size_t count_ = 0;
};

}  // namespace inferwire::tokens
