#include "tokens/bpe.h"

#include <algorithm>

namespace llmgate::tokens {

size_t Bpe::Count(std::string_view piece) {
  if (piece.size() < 2) return piece.size();
  if (vocabulary_.RankOf(piece) != Vocabulary::kNoRank) return 1;
  Merge(piece);
  return count_;
}

std::vector<uint32_t> Bpe::Encode(std::string_view piece) {
  std::vector<uint32_t> ranks;
  if (piece.empty()) return ranks;
  if (const uint32_t rank = vocabulary_.RankOf(piece); rank != Vocabulary::kNoRank) return {rank};
  Merge(piece);
  for (int32_t at = 0; at >= 0; at = parts_[static_cast<size_t>(at)].after) {
    const Part& part = parts_[static_cast<size_t>(at)];
    ranks.push_back(vocabulary_.RankOf(piece.substr(part.begin, part.size)));
  }
  return ranks;
}

void Bpe::Merge(std::string_view piece) {
  parts_.clear();
  pairs_.clear();
  count_ = piece.size();
  for (size_t i = 0; i < piece.size(); ++i) {
    const auto at = static_cast<int32_t>(i);
    parts_.push_back({static_cast<uint32_t>(i), 1, at - 1, i + 1 < piece.size() ? at + 1 : -1});
  }
  for (size_t i = 0; i + 1 < piece.size(); ++i) Offer(piece, static_cast<int32_t>(i));
  // Of equal ranks the leftmost first.
  const auto later = [](const Pair& a, const Pair& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
  };
  while (!pairs_.empty()) {
    std::pop_heap(pairs_.begin(), pairs_.end(), later);
    const Pair pair = pairs_.back();
    pairs_.pop_back();
    Part& left = parts_[static_cast<size_t>(pair.left)];
    if (left.size == 0 || left.after < 0) continue;
    Part& right = parts_[static_cast<size_t>(left.after)];
    if (left.size + right.size != pair.size) continue;
    left.size = pair.size;
    left.after = right.after;
    if (right.after >= 0) parts_[static_cast<size_t>(right.after)].before = pair.left;
    right.size = 0;
    --count_;
    const int32_t before = left.before;
    Offer(piece, pair.left);
    if (before >= 0) Offer(piece, before);
  }
}

void Bpe::Offer(std::string_view piece, int32_t left) {
  const Part& part = parts_[static_cast<size_t>(left)];
  if (part.after < 0) return;
  const uint32_t size = part.size + parts_[static_cast<size_t>(part.after)].size;
  const uint32_t rank = vocabulary_.RankOf(piece.substr(part.begin, size));
  if (rank == Vocabulary::kNoRank) return;
  pairs_.push_back({rank, left, size});
  std::push_heap(pairs_.begin(), pairs_.end(), [](const Pair& a, const Pair& b) {
    return a.rank != b.rank ? a.rank > b.rank : a.left > b.left;
  });
}

}  // namespace llmgate::tokens
