// Reading JSON text that the gate has passed: no checks are repeated here, and nothing is built.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::codec {

// A string literal where it stands in the text.
struct JsonString {
  std::string_view raw;  // between the quotes
  bool escaped = false;

  std::string Text() const;
  // With lone surrogates at its two ends as half_character.h has them.
  std::string TextWithHalves() const;
  // False if it had a lone surrogate, which became U+FFFD.
  bool AppendTo(std::string& out) const { return Append(out, /*keep_halves=*/false); }

 private:
  bool Append(std::string& out, bool keep_halves) const;
};

// A place in checked text. Copies are bookmarks.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : p_(text.data()), end_(p_ + text.size()) {}

  // The first character of the value ahead.
  char Peek() {
    SkipSpace();
    return *p_;
  }
  // Moves past the value ahead and gives its text without white space around it.
  std::string_view SkipValue();
  // The value ahead is a string.
  JsonString ReadString();

  // The value ahead is an object or array: Enter, then Next... until false, each time followed by
  // reading or skipping the value.
  void Enter() {
    SkipSpace();
    ++p_;
  }
  bool NextElement() { return Next(']'); }
  bool NextMember(JsonString& name);

 private:
  void SkipSpace() {
    while (p_ != end_ && (*p_ == ' ' || *p_ == '\n' || *p_ == '\r' || *p_ == '\t')) ++p_;
  }
  bool Next(char close);
  void SkipContainer();

  const char* p_;
  const char* end_;
};

// The same JSON with U+FFFD for every lone surrogate, for readers that refuse those.
std::string ReplaceLoneSurrogates(std::string_view json);

}  // namespace inferwire::codec
