#include "tenancy/pattern.h"

namespace inferwire::tenancy {

Pattern::Pattern(std::string_view text, std::string_view separators)
    : text_(text), separators_(separators) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '*') {
      parts_.push_back({Kind::kLiteral, text[i]});
      ++literal_;
      continue;
    }
    size_t end = i + 1;
    while (end < text.size() && text[end] == '*') ++end;
    const bool anything = end > i + 1 || separators_.empty();
    parts_.push_back({anything ? Kind::kAnything : Kind::kStar, 0});
    i = end - 1;
  }
}

bool Pattern::Takes(const Part& star, char letter) const {
  return star.kind == Kind::kAnything || separators_.find(letter) == std::string::npos;
}

// From part to part, keeping the set of parts that the text so far may have come to: no
// backtracking, whatever the stars.
bool Pattern::Matches(std::string_view text) const {
  if (is_literal()) return text == text_;
  std::vector<char> here(parts_.size() + 1, 0), next;
  const auto skip_stars = [this](std::vector<char>& at) {
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (at[i] && parts_[i].kind != Kind::kLiteral) at[i + 1] = 1;
    }
  };
  here[0] = 1;
  skip_stars(here);
  for (const char letter : text) {
    next.assign(parts_.size() + 1, 0);
    bool any = false;
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (!here[i]) continue;
      const Part& part = parts_[i];
      if (part.kind != Kind::kLiteral) {
        if (Takes(part, letter)) next[i] = 1, any = true;
      } else if (part.letter == letter) {
        next[i + 1] = 1, any = true;
      }
    }
    if (!any) return false;
    skip_stars(next);
    here.swap(next);
  }
  return here[parts_.size()] != 0;
}

bool Pattern::Overlaps(const Pattern& other) const {
  const size_t rows = parts_.size() + 1, columns = other.parts_.size() + 1;
  std::vector<char> meets(rows * columns, 0);  // from here on both can go to their ends
  const auto at = [&](size_t i, size_t j) -> char& { return meets[i * columns + j]; };
  for (size_t i = rows; i-- > 0;) {
    for (size_t j = columns; j-- > 0;) {
      const Part* const mine = i + 1 < rows ? &parts_[i] : nullptr;
      const Part* const theirs = j + 1 < columns ? &other.parts_[j] : nullptr;
      bool good = !mine && !theirs;
      if (mine && mine->kind != Kind::kLiteral) {
        good = good || at(i + 1, j);
        if (theirs && theirs->kind == Kind::kLiteral && Takes(*mine, theirs->letter)) {
          good = good || at(i, j + 1);
        }
      }
      if (theirs && theirs->kind != Kind::kLiteral) {
        good = good || at(i, j + 1);
        if (mine && mine->kind == Kind::kLiteral && other.Takes(*theirs, mine->letter)) {
          good = good || at(i + 1, j);
        }
      }
      if (mine && theirs && mine->kind == Kind::kLiteral && theirs->kind == Kind::kLiteral &&
          mine->letter == theirs->letter) {
        good = good || at(i + 1, j + 1);
      }
      at(i, j) = good ? 1 : 0;
    }
  }
  return at(0, 0) != 0;
}

}  // namespace inferwire::tenancy
