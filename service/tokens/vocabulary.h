// A vocabulary as make_vocabulary.py wrote it: which bytes are a token, which class a character is
// of, and how texts are split. They lie in the binary, and no page of one is in memory until
// somebody counts with it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace inferwire::tokens {

// What the split of a text into pieces asks of a character. Numbers as in the file.
enum class CharClass : uint8_t {
  kOther,
  kUpper,  // upper and title case
  kLower,
  kBoth,  // letters without case
  kMark,  // combining ones
  kNumber,
  kSpace,
};

// How a text is split into pieces. Numbers as in the file.
enum class SplitRule : uint32_t { kO200k, kCl100k };

inline constexpr std::string_view kO200kBase = "o200k_base";
inline constexpr std::string_view kCl100kBase = "cl100k_base";

class Vocabulary {
 public:
  // Null for another name, and if this was built without it.
  static const Vocabulary* BuiltIn(std::string_view name = kO200kBase);
  // Of the file's bytes, which outlive it; nothing if they are none.
  static std::optional<Vocabulary> From(std::string_view bytes);

  static constexpr uint32_t kNoRank = UINT32_MAX;
  // The lower, the earlier a pair is merged; kNoRank: the bytes are no token.
  uint32_t RankOf(std::string_view bytes) const;
  CharClass ClassOf(char32_t code_point) const;
  SplitRule split() const { return split_; }
  size_t size() const { return offsets_.size() - 1; }
  size_t longest() const { return longest_; }
  std::string_view TokenAt(size_t rank) const {
    return texts_.substr(offsets_[rank], offsets_[rank + 1] - offsets_[rank]);
  }

 private:
  std::span<const uint32_t> slots_, offsets_, ranges_;
  std::string_view texts_;
  size_t longest_ = 0;
  SplitRule split_ = SplitRule::kO200k;
};

}  // namespace inferwire::tokens
