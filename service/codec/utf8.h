// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace llmgate::codec {

// The length of the character at p, or 0 if none begins there. p < end.
int Utf8Length(const char* p, const char* end);

bool IsUtf8(std::string_view text);

// Every maximal ill-formed part replaced by U+FFFD, as browsers do.
std::string ReplaceInvalidUtf8(std::string_view text);

std::string_view WithoutByteOrderMark(std::string_view text);

// Appends the character's UTF-8. code_point is no surrogate and at most 0x10FFFF.
void AppendUtf8(std::string& out, char32_t code_point);

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

}  // namespace llmgate::codec
