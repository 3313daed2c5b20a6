// Counts the tokens of many texts in steps, so that the thread that counts can do other things in
// between. Exact with a vocabulary, as far as its bounds reach; a calibrated estimate without one
// and beyond them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tokens/bpe.h"

namespace inferwire::tokens {

struct CountLimits {
  // Bytes that are counted exactly; the rest is estimated.
  size_t exact_bytes = 8u << 20;
  // The longest piece that is looked at as a whole: a word of that length is none.
  size_t piece_bytes = 64u << 10;
};

class Counter {
 public:
  // vocabulary: null for an estimate.
  Counter(const Vocabulary* vocabulary, std::vector<std::string> texts, CountLimits limits = {});

  // Counts some more: so many look-ups, of which a byte takes one, and a few more where it stands
  // in a long piece; false if everything is counted. No piece is too long to be left in the middle.
  bool Step(size_t work);
  int64_t tokens() const { return tokens_; }
  // So far.
  bool exact() const { return exact_; }

 private:
  void BeginPiece(std::string_view piece);
  void EndPiece();
  void Estimate(std::string_view part);

  const Vocabulary* const vocabulary_;
  const CountLimits limits_;
  std::vector<std::string> texts_;  // the last one is in hand
  std::optional<Bpe> bpe_;
  size_t at_ = 0;     // in the text in hand
  size_t piece_ = 0;  // bytes of the piece in hand; 0: none
  size_t counted_bytes_ = 0;
  int64_t tokens_ = 0;
  bool exact_;
};

}  // namespace inferwire::tokens
