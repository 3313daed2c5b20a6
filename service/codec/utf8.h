// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::codec {

// The length of the character at p, or 0 if none begins there. p < end.
int Utf8Length(const char* p, const char* end);

bool IsUtf8(std::string_view text);

// The character at p or, if none begins there, the longest part of one. p < end.
struct Utf8Part {
  int length;
  bool valid;      // a whole character
  bool beginning;  // not whole, but more bytes could have made it one
};
Utf8Part Utf8PartAt(const char* p, const char* end);

// Every maximal ill-formed part replaced by U+FFFD, as browsers do.
std::string ReplaceInvalidUtf8(std::string_view text);

std::string_view WithoutByteOrderMark(std::string_view text);

// Appends the character's UTF-8. code_point is at most 0x10FFFF; the three bytes of a surrogate are
// no UTF-8, but what half_character.h works on.
void AppendUtf8(std::string& out, char32_t code_point);

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

}  // namespace inferwire::codec
