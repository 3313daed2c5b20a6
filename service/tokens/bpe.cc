#include "tokens/bpe.h"

#include <algorithm>
#include <limits>

namespace inferwire::tokens {

size_t Bpe::Count(std::string_view piece) {
  Begin(piece);
  size_t work = std::numeric_limits<size_t>::max();
  Advance(work);
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
  Begin(piece);
  size_t work = std::numeric_limits<size_t>::max();
  Advance(work);
}

void Bpe::Begin(std::string_view piece) {
  piece_ = piece;
  parts_.clear();
  pairs_.clear();
  offered_ = 0;
  count_ = piece.size();
  if (piece.size() < 2 || vocabulary_.RankOf(piece) != Vocabulary::kNoRank) {
    count_ = std::min<size_t>(piece.size(), 1);
    piece_ = {};
    return;
  }
  for (size_t i = 0; i < piece.size(); ++i) {
    const auto at = static_cast<int32_t>(i);
    parts_.push_back({static_cast<uint32_t>(i), 1, at - 1, i + 1 < piece.size() ? at + 1 : -1});
  }
}

bool Bpe::Advance(size_t& work) {
  constexpr size_t kPerMerge = 2;  // it offers two new pairs
  for (; offered_ + 1 < piece_.size(); ++offered_, --work) {
    if (work == 0) return false;
    Offer(static_cast<int32_t>(offered_));
  }
  for (; !pairs_.empty(); work -= std::min(work, kPerMerge)) {
    if (work == 0) return false;
    MergeFirst();
  }
  return true;
}

// Of equal ranks the leftmost first.
void Bpe::MergeFirst() {
  std::pop_heap(pairs_.begin(), pairs_.end(), IsLater);
  const Pair pair = pairs_.back();
  pairs_.pop_back();
  Part& left = parts_[static_cast<size_t>(pair.left)];
  if (left.size == 0 || left.after < 0) return;
  Part& right = parts_[static_cast<size_t>(left.after)];
  if (left.size + right.size != pair.size) return;
  left.size = pair.size;
  left.after = right.after;
  if (right.after >= 0) parts_[static_cast<size_t>(right.after)].before = pair.left;
  right.size = 0;
  --count_;
  const int32_t before = left.before;
  Offer(pair.left);
  if (before >= 0) Offer(before);
}

void Bpe::Offer(int32_t left) {
  const Part& part = parts_[static_cast<size_t>(left)];
  if (part.after < 0) return;
  const uint32_t size = part.size + parts_[static_cast<size_t>(part.after)].size;
  const uint32_t rank = vocabulary_.RankOf(piece_.substr(part.begin, size));
  if (rank == Vocabulary::kNoRank) return;
  pairs_.push_back({rank, left, size});
  std::push_heap(pairs_.begin(), pairs_.end(), IsLater);
}

}  // namespace inferwire::tokens
