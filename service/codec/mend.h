// Foreign text that is almost JSON, made JSON. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::codec {

// NaN, Infinity and their like, which some servers write where JSON has no number, become strings
// of the same letters: what expects a number then does not find one, and the rest of the text can
// be read. Nothing if there is none.
std::optional<std::string> QuoteNonNumbers(std::string_view json);

// True if more letters may make it one of those words: from where a text that is still coming broke
// the rules.
bool MayBecomeNonNumber(std::string_view rest);

// Invalid UTF-8 replaced by U+FFFD, but for bytes at the end or beginning of a string that may be
// parts of a character whose rest is in another text: each becomes the escape of the lone surrogate
// U+DC00 + byte, which the halves of half_character.h are read from.
std::string EscapeHalves(std::string_view json);

}  // namespace inferwire::codec
