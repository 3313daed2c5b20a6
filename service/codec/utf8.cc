#include "codec/utf8.h"

#include <cstddef>

namespace inferwire::codec {
namespace {

// What may follow a first byte: how many continuation bytes, and the range of the first of them,
// which alone excludes overlong forms, surrogates and the values above U+10FFFF (Unicode, table
// 3-7).
struct Lead {
  int more;
  unsigned char low, high;
};

Lead LeadOf(unsigned char c) {
  if (c >= 0xC2 && c <= 0xDF) return {1, 0x80, 0xBF};
  if (c == 0xE0) return {2, 0xA0, 0xBF};
  if (c == 0xED) return {2, 0x80, 0x9F};
  if (c >= 0xE1 && c <= 0xEF) return {2, 0x80, 0xBF};
  if (c == 0xF0) return {3, 0x90, 0xBF};
  if (c >= 0xF1 && c <= 0xF3) return {3, 0x80, 0xBF};
  if (c == 0xF4) return {3, 0x80, 0x8F};
  return {-1, 0, 0};
}

}  // namespace

Utf8Part Utf8PartAt(const char* p, const char* end) {
  const auto byte = [&](int i) { return static_cast<unsigned char>(p[i]); };
  if (byte(0) < 0x80) return {1, true, false};
  const Lead lead = LeadOf(byte(0));
  if (lead.more < 0) return {1, false, false};
  unsigned char low = lead.low, high = lead.high;
  for (int i = 1; i <= lead.more; ++i) {
    if (end - p <= i || byte(i) < low || byte(i) > high) return {i, false, true};
    low = 0x80, high = 0xBF;
  }
  return {lead.more + 1, true, false};
}

int Utf8Length(const char* p, const char* end) {
  const Utf8Part part = Utf8PartAt(p, end);
  return part.valid ? part.length : 0;
}

bool IsUtf8(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const int length = Utf8Length(p, end);
    if (length == 0) return false;
    p += length;
  }
  return true;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p != end) {
    const Utf8Part part = Utf8PartAt(p, end);
    if (part.valid) {
      out.append(p, static_cast<size_t>(part.length));
    } else {
      AppendUtf8(out, kReplacementCharacter);
    }
    p += part.length;
  }
  return out;
}

std::string_view WithoutByteOrderMark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

void AppendUtf8(std::string& out, char32_t code_point) {
  const auto continuation = [&](int shift) {
    out.push_back(static_cast<char>(0x80 | ((code_point >> shift) & 0x3F)));
  };
  if (code_point < 0x80) {
    out.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    out.push_back(static_cast<char>(0xC0 | (code_point >> 6)));
    continuation(0);
  } else if (code_point < 0x10000) {
    out.push_back(static_cast<char>(0xE0 | (code_point >> 12)));
    continuation(6), continuation(0);
  } else {
    out.push_back(static_cast<char>(0xF0 | (code_point >> 18)));
    continuation(12), continuation(6), continuation(0);
  }
}

}  // namespace inferwire::codec
