// Looking for words in what upstreams say.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace inferwire::openai {

// Empty words do not count.
inline bool ContainsAny(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return !word.empty() && text.find(word) != std::string_view::npos;
  });
}

}  // namespace inferwire::openai
