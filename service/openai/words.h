// Looking for words in what upstreams say, without regard to case (ASCII).
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace inferwire::openai {

inline std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Empty words do not count.
inline bool ContainsAny(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return !word.empty() && text.find(word) != std::string_view::npos;
  });
}

}  // namespace inferwire::openai
