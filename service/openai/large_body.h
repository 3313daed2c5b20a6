// Collecting what may become large without holding it twice.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::openai {

// From here on a body gets room for the most it may become: pages that nobody touches cost nothing,
// while growing by doubling copies and for a moment holds both.
inline constexpr size_t kLargeBody = 1u << 20;

inline void AppendBody(std::string_view bytes, size_t most, std::string& body) {
  const size_t size = body.size() + bytes.size();
  // And for the last piece, which may be one too many.
  if (size >= kLargeBody && body.capacity() < size && size <= most) body.reserve(most + kLargeBody);
  body += bytes;
}

}  // namespace inferwire::openai
