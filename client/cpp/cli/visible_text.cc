#include "visible_text.h"

#include <cstdio>
#include <utility>

#include "codec/utf8.h"

namespace inferwire::cli {
namespace {

constexpr unsigned char kSpace = 0x20, kDelete = 0x7F;

void AppendByte(std::string& out, char byte) {
  char text[8];
  std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned char>(byte));
  out += text;
}

// U+0080 to U+009F, which terminals take for ESC and a letter.
bool IsC1(std::string_view character) {
  return character.size() == 2 && character[0] == '\xC2' &&
         static_cast<unsigned char>(character[1]) < 0xA0;
}

void AppendCharacter(std::string& out, std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first == '\n' || first == '\t' || (first >= kSpace && first < kDelete)) {
    out += character;
  } else if (first < kSpace || first == kDelete) {
    out += {'^', static_cast<char>(first ^ 0x40)};
  } else if (IsC1(character)) {
    char text[16];
    std::snprintf(text, sizeof text, "<U+%04X>", static_cast<unsigned char>(character[1]));
    out += text;
  } else {
    out += character;
  }
}

}  // namespace

std::string VisibleText::Pass(std::string_view piece) {
  const std::string text = std::exchange(kept_, {}) + std::string(piece);
  std::string out;
  out.reserve(text.size());
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    if (*at == '\r' && (at + 1 == end || at[1] == '\n')) {
      if (at + 1 == end) break;
      out += "\r\n";
      at += 2;
      continue;
    }
    const codec::Utf8Part part = codec::Utf8PartAt(at, end);
    if (part.valid) {
      AppendCharacter(out, {at, static_cast<std::size_t>(part.length)});
    } else if (part.beginning && at + part.length == end) {
      break;
    } else {
      for (int i = 0; i < part.length; ++i) AppendByte(out, at[i]);
    }
    at += part.length;
  }
  kept_.assign(at, end);
  return out;
}

std::string VisibleText::Finish() {
  std::string out;
  for (const char byte : std::exchange(kept_, {})) {
    if (byte == '\r') {
      AppendCharacter(out, "\r");
    } else {
      AppendByte(out, byte);
    }
  }
  return out;
}

std::string Visible(std::string_view text) {
  VisibleText filter;
  std::string out = filter.Pass(text);
  return out + filter.Finish();
}

}  // namespace inferwire::cli
