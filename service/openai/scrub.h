// Foreign text made fit to be shown. Scrub itself is declared in error.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inferwire::openai {

// The text's front, at most max_bytes, ending at a character.
std::string_view CutAtCharacter(std::string_view text, size_t max_bytes);

// Replaces every occurrence of a known secret, however it looks. Short ones are left: they would be
// found in ordinary words.
void Redact(std::string_view secret, std::string& text);

}  // namespace inferwire::openai
