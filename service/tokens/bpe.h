// How many tokens a piece is: byte-pair merging, the lowest rank first. A piece of n bytes takes
// O(n log n), so that a long run of one character is no attack. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tokens/vocabulary.h"

namespace llmgate::tokens {

class Bpe {
 public:
  explicit Bpe(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  size_t Count(std::string_view piece);
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

  void Merge(std::string_view piece);
  void Offer(std::string_view piece, int32_t left);

  const Vocabulary& vocabulary_;
  std::vector<Part> parts_;  // kept for the next piece, as pairs_
  std::vector<Pair> pairs_;  // a heap
  size_t count_ = 0;
};

}  // namespace llmgate::tokens
