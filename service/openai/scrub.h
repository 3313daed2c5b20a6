// Foreign text made fit to be shown. Scrub itself is declared in error.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace llmgate::openai {

// The text's front, at most max_bytes, ending at a character.
std::string_view CutAtCharacter(std::string_view text, size_t max_bytes);

// True if the word has a known key's or account id's first letters.
bool BeginsLikeSecret(std::string_view word);

// True if the word looks like a key, a token or an account's id: by its first letters, or because
// it is long and mixed.
bool IsSecretWord(std::string_view word);

}  // namespace llmgate::openai
