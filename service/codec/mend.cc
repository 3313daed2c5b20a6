#include "codec/mend.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"
#include "codec/utf8.h"

namespace inferwire::codec {
namespace {

constexpr std::array<std::string_view, 3> kWords = {"nan", "infinity", "inf"};
constexpr std::string_view kAfterValue = ",]} \t\r\n";

// The length of what stands here instead of a number; 0: nothing does.
size_t NonNumberLength(std::string_view text) {
  const size_t sign = text.front() == '-' || text.front() == '+' ? 1 : 0;
  for (const std::string_view word : kWords) {
    if (!StartsWithIgnoringCase(text.substr(sign), word)) continue;
    const std::string_view rest = text.substr(sign + word.size());
    if (rest.empty() || kAfterValue.find(rest.front()) != std::string_view::npos) {
      return sign + word.size();
    }
  }
  return 0;
}

// Past the string that begins here.
size_t EndOfString(std::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) at += json[at] == '\\';
  return std::min(at + 1, json.size());
}

void AppendByteEscapes(std::string& out, std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "\\udc";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

}  // namespace

std::optional<std::string> QuoteNonNumbers(std::string_view json) {
  std::string out;
  size_t copied = 0;
  for (size_t at = 0; at < json.size();) {
    if (json[at] == '"') {
      at = EndOfString(json, at);
      continue;
    }
    const size_t length = NonNumberLength(json.substr(at));
    if (length > 0) {
      out.append(json.substr(copied, at - copied));
      out.append("\"").append(json.substr(at, length)).append("\"");
      copied = at + length;
    }
    at += std::max<size_t>(length, 1);
  }
  if (copied == 0) return std::nullopt;
  return out.append(json.substr(copied));
}

bool MayBecomeNonNumber(std::string_view rest) {
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    // The n of nan may have been that of null.
    return rest.size() < word.size() &&
           (StartsWithIgnoringCase(word, rest) || StartsWithIgnoringCase(word.substr(1), rest));
  });
}

std::string EscapeHalves(std::string_view json) {
  std::string out;
  out.reserve(json.size() + 32);
  const char* p = json.data();
  const char* const end = p + json.size();
  bool at_beginning = false;  // of a string, or after nothing but ends of characters
  while (p != end) {
    const Utf8Part part = Utf8PartAt(p, end);
    const std::string_view bytes(p, static_cast<size_t>(part.length));
    p += part.length;
    if (part.valid) {
      out.append(bytes);
      at_beginning = bytes == "\"";
      continue;
    }
    const bool continues = (static_cast<unsigned char>(bytes.front()) & 0xC0) == 0x80;
    const bool at_end = part.beginning && p != end && *p == '"';
    at_beginning = at_beginning && continues;
    if (at_end || at_beginning) {
      AppendByteEscapes(out, bytes);
    } else {
      AppendUtf8(out, kReplacementCharacter);
    }
  }
  return out;
}

}  // namespace inferwire::codec
