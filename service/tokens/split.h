// The split of a text into the pieces that a vocabulary makes tokens of, one at a time: words with
// the character before them, up to three digits, runs of signs, white space. No token spans two
// pieces. Linear in the text's length, whatever it is. Pure.
#pragma once

#include <string_view>

#include "tokens/vocabulary.h"

namespace inferwire::tokens {

// The bytes of the first piece; the text is not empty. Bytes that are not UTF-8 count as signs.
size_t FirstPiece(const Vocabulary& vocabulary, std::string_view text);

}  // namespace inferwire::tokens
