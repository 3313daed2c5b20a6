#include "openai/path_segment.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "codec/utf8.h"

namespace inferwire::openai {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Bytes that RFC 3986 allows in a segment as they are.
bool IsPathByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~!$&'()*+,=:@").find(c) != std::string_view::npos;
}

// Decoded, these mean another path to some server, whether or not they were encoded.
bool IsDangerous(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '/' || c == '\\' || c == '%' || c == ';' || c == '?' ||
         c == '#';
}

// Servers with a "best fit" mapping read these as . / \ % and so on.
bool HasLookalike(std::string_view text) {
  constexpr std::array<std::string_view, 9> kLookalikes = {
      "\u2024", "\u2044", "\u2215", "\u2216", "\uFF05", "\uFF0E", "\uFF0F", "\uFF3C", "\u29F8"};
  return std::any_of(kLookalikes.begin(), kLookalikes.end(), [&](std::string_view lookalike) {
    return text.find(lookalike) != std::string_view::npos;
  });
}

// Whether a decoded segment stays where it is.
bool StaysInPlace(std::string_view decoded) {
  return !decoded.empty() && decoded != "." && !decoded.starts_with("..") &&
         std::none_of(decoded.begin(), decoded.end(), IsDangerous) && codec::IsUtf8(decoded) &&
         !HasLookalike(decoded);
}

}  // namespace

void AppendPercentEncoded(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
}

std::optional<std::string> DecodePathSegment(std::string_view segment) {
  std::string decoded;
  for (size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      if (!IsPathByte(segment[i])) return std::nullopt;
      decoded += segment[i];
      continue;
    }
    if (i + 2 >= segment.size()) return std::nullopt;
    const int high = HexValue(segment[i + 1]), low = HexValue(segment[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char byte = static_cast<char>(high * 16 + low);
    if (byte == '.') return std::nullopt;
    decoded += byte;
    i += 2;
  }
  if (!StaysInPlace(decoded)) return std::nullopt;
  return decoded;
}

bool CanBePathSegment(std::string_view name) { return StaysInPlace(name); }

}  // namespace inferwire::openai
