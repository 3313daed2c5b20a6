// An upstream, or a proxy before it, that repeats the key it was sent: it is made unreadable before
// a caller sees it. Lengths stay as they are. Immutable.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::upstream {

class KeyEcho {
 public:
  // Shorter keys are left: they would be found in ordinary words.
  static constexpr size_t kShortest = 8;

  KeyEcho() = default;  // finds nothing
  explicit KeyEcho(std::string_view key);

  // Overwrites the key from this byte on, as it is and as JSON, URLs and base64 spell it. True if
  // it was there.
  bool Hide(std::string& text, size_t from = 0) const;
  // The bytes at the text's end with which a key may begin: not to be shown before what follows.
  size_t OpenEnd(std::string_view text) const;
  // How far before a new piece a key may begin that ends in it.
  size_t reach() const { return reach_; }

 private:
  void Add(std::string spelling);

  std::vector<std::string> spellings_;
  size_t reach_ = 0;
};

}  // namespace inferwire::upstream
