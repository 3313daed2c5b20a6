#include "tokens/counter.h"

#include <algorithm>
#include <utility>

#include "tokens/rough_count.h"
#include "tokens/split.h"

namespace llmgate::tokens {

Counter::Counter(const Vocabulary* vocabulary, std::vector<std::string> texts, CountLimits limits)
    : vocabulary_(vocabulary),
      limits_(limits),
      texts_(std::move(texts)),
      exact_(vocabulary != nullptr) {
  if (vocabulary_) bpe_.emplace(*vocabulary_);
}

bool Counter::Step(size_t bytes) {
  const size_t until = counted_bytes_ + bytes;
  while (!texts_.empty() && counted_bytes_ < until) {
    const std::string_view rest = std::string_view(texts_.back()).substr(at_);
    if (rest.empty()) {
      texts_.pop_back();
      at_ = 0;
      continue;
    }
    if (!vocabulary_ || counted_bytes_ >= limits_.exact_bytes) {
      Estimate(rest.substr(0, bytes));
    } else {
      CountPiece(rest.substr(0, FirstPiece(*vocabulary_, rest.substr(0, limits_.piece_bytes))));
    }
  }
  return !texts_.empty();
}

void Counter::CountPiece(std::string_view piece) {
  // Cut short: its end may be elsewhere.
  if (piece.size() >= limits_.piece_bytes) exact_ = false;
  tokens_ += static_cast<int64_t>(bpe_->Count(piece));
  at_ += piece.size();
  counted_bytes_ += piece.size();
}

void Counter::Estimate(std::string_view part) {
  exact_ = false;
  tokens_ += RoughCount(part);
  at_ += part.size();
  counted_bytes_ += part.size();
}

}  // namespace llmgate::tokens
