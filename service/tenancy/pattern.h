// A text with stars: "*" is any text without the separators, "**" any text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::tenancy {

class Pattern {
 public:
  // separators: what one star does not stand for; none: both mean the same.
  explicit Pattern(std::string_view text, std::string_view separators = {});

  bool Matches(std::string_view text) const;
  // Whether there is a text that both match.
  bool Overlaps(const Pattern& other) const;
  // How much of it is literal: of two that match, the more specific one has more.
  size_t literal() const { return literal_; }
  bool is_literal() const { return literal_ == parts_.size(); }
  const std::string& text() const { return text_; }

 private:
  enum class Kind : unsigned char { kLiteral, kStar, kAnything };
  struct Part {
    Kind kind;
    char letter;  // of a literal
  };

  bool Takes(const Part& star, char letter) const;

  std::string text_, separators_;
  std::vector<Part> parts_;
  size_t literal_ = 0;
};

}  // namespace inferwire::tenancy
