// Tokens and words. A token is what the simulator streams as one event and counts as one in usage:
// up to 8 bytes of a word with the space before it (about four bytes of English on average), or one
// other character. Prompt and completion are counted by the same rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/random.h"

namespace inferwire::simulator {

// Bytes of the token that begins at the text's start; 0 for the empty text. Never cuts a character.
size_t TokenBytes(std::string_view text);
int64_t CountTokens(std::string_view text);
// The longest prefix of at most max tokens.
std::string_view FirstTokens(std::string_view text, int64_t max);
// At least one character, else as many whole characters as fit into the bytes.
size_t PieceBytes(std::string_view text, size_t max_bytes);

// Plain sentences of exactly this many tokens.
std::string Sentences(Random& random, int64_t tokens);
// Words separated by spaces, at least so many bytes.
std::string Words(Random& random, size_t min_bytes);
// Letters and digits, as in ids.
std::string Letters(Random& random, size_t count);

}  // namespace inferwire::simulator
