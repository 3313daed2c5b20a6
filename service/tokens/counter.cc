#include "tokens/counter.h"

#include <algorithm>
#include <utility>

#include "tokens/rough_count.h"
#include "tokens/split.h"

namespace inferwire::tokens {

Counter::Counter(const Vocabulary* vocabulary, std::vector<std::string> texts, CountLimits limits)
    : vocabulary_(vocabulary),
      limits_(limits),
      texts_(std::move(texts)),
      exact_(vocabulary != nullptr) {
  if (vocabulary_) bpe_.emplace(*vocabulary_);
}

bool Counter::Step(size_t work) {
  while (!texts_.empty() && work > 0) {
    if (piece_ > 0) {
      if (bpe_->Advance(work)) EndPiece();
      continue;
    }
    const std::string_view rest = std::string_view(texts_.back()).substr(at_);
    if (rest.empty()) {
      texts_.pop_back();
      at_ = 0;
      continue;
    }
    const size_t before = counted_bytes_;
    if (!vocabulary_ || counted_bytes_ >= limits_.exact_bytes) {
      Estimate(rest.substr(0, work));
      work -= std::min(work, counted_bytes_ - before);
    } else {
      BeginPiece(rest.substr(0, FirstPiece(*vocabulary_, rest.substr(0, limits_.piece_bytes))));
      work -= std::min(work, piece_);
    }
  }
  return !texts_.empty();
}

void Counter::BeginPiece(std::string_view piece) {
  // Cut short: its end may be elsewhere.
  if (piece.size() >= limits_.piece_bytes) exact_ = false;
  piece_ = piece.size();
  bpe_->Begin(piece);
}

void Counter::EndPiece() {
  tokens_ += static_cast<int64_t>(bpe_->count());
  at_ += piece_;
  counted_bytes_ += piece_;
  piece_ = 0;
}

void Counter::Estimate(std::string_view part) {
  exact_ = false;
  tokens_ += RoughCount(part);
  at_ += part.size();
  counted_bytes_ += part.size();
}

}  // namespace inferwire::tokens
