// Collecting an answer's body without holding it twice.
#pragma once

#include <string>
#include <string_view>

namespace llmgate::openai {

// From here on a body gets room for the most it may become: pages that nobody touches cost nothing,
// while growing by doubling copies and for a moment holds both.
inline constexpr size_t kLargeBody = 1u << 20;

inline void AppendBody(std::string_view bytes, size_t most, std::string& body) {
  const size_t size = body.size() + bytes.size();
  if (size >= kLargeBody && body.capacity() < size) body.reserve(most);
  body += bytes;
}

}  // namespace llmgate::openai
