// Characters that came in two texts: the surrogates of a pair as escapes in two deltas, or the
// bytes of one character. Until they are joined, a half stands in a text as the three bytes that
// UTF-8 would have for a surrogate (for a byte: for U+DC00 + byte), which no valid text has.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::codec {

// A half stands at one of the ends.
bool HasHalfAtEnd(std::string_view text);

// The texts of one field in the order in which they come. Not thread-safe.
class CharacterJoiner {
 public:
  // Puts what was held back before the text, and holds back what its end has only the beginning of.
  // Halves that find no other become U+FFFD: the text is valid UTF-8 afterwards.
  void Join(std::string& text);
  // There is no further text: U+FFFD for what is held back, if anything is.
  std::string End();
  // Never more than three halves.
  bool holds() const { return !held_.empty(); }

 private:
  std::string held_;
};

}  // namespace inferwire::codec
