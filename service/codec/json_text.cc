#include "codec/json_text.h"

#include <cstdint>

#include "codec/byte_scan.h"
#include "codec/half_character.h"
#include "codec/utf8.h"

namespace inferwire::codec {
namespace {

char32_t HexValue(const char* p) {
  char32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = p[i];
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

bool IsHighSurrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLowSurrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// The character of the escape \uXXXX whose digits begin at p, which moves past it and past the
// second half of a pair. A half without the other comes as it is.
char32_t ReadUnicodeEscape(const char*& p, const char* end, bool& lone) {
  const char32_t unit = HexValue(p);
  p += 4;
  if (!IsHighSurrogate(unit) && !IsLowSurrogate(unit)) return unit;
  if (IsHighSurrogate(unit) && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
    const char32_t second = HexValue(p + 2);
    if (IsLowSurrogate(second)) {
      p += 6;
      return 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00);
    }
  }
  lone = true;
  return unit;
}

char SimpleEscape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

}  // namespace

std::string JsonString::Text() const {
  if (!escaped) return std::string(raw);
  std::string text;
  text.reserve(raw.size());
  AppendTo(text);
  return text;
}

std::string JsonString::TextWithHalves() const {
  std::string text;
  text.reserve(raw.size());
  if (Append(text, /*keep_halves=*/true) || HasHalfAtEnd(text)) return text;
  return Text();
}

bool JsonString::Append(std::string& out, bool keep_halves) const {
  if (!escaped) {
    out.append(raw);
    return true;
  }
  bool any_lone = false;
  const char* p = raw.data();
  const char* const end = p + raw.size();
  for (;;) {
    const char* const stop = FindStop<StopAt::kQuoteOrBackslash>(p, end);
    out.append(p, stop);
    if (stop == end) return !any_lone;
    p = stop + 2;
    if (stop[1] == 'u') {
      bool lone = false;
      const char32_t unit = ReadUnicodeEscape(p, end, lone);
      AppendUtf8(out, lone && !keep_halves ? kReplacementCharacter : unit);
      any_lone |= lone;
    } else {
      out.push_back(SimpleEscape(stop[1]));
    }
  }
}

JsonString JsonCursor::ReadString() {
  SkipSpace();
  const char* const start = ++p_;
  bool escaped = false;
  for (;;) {
    p_ = FindStop<StopAt::kQuoteOrBackslash>(p_, end_);
    if (*p_ == '"') break;
    escaped = true;
    p_ += 2;
  }
  return {std::string_view(start, static_cast<size_t>(p_++ - start)), escaped};
}

std::string_view JsonCursor::SkipValue() {
  SkipSpace();
  const char* const start = p_;
  if (*p_ == '"') {
    ReadString();
  } else if (*p_ == '{' || *p_ == '[') {
    SkipContainer();
  } else {
    // A number or a word ends where no such character follows.
    constexpr std::string_view kAfter = ",]} \n\r\t";
    while (p_ != end_ && kAfter.find(*p_) == std::string_view::npos) ++p_;
  }
  return {start, static_cast<size_t>(p_ - start)};
}

void JsonCursor::SkipContainer() {
  int depth = 0;
  do {
    switch (*p_) {
      case '"':
        ReadString();
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        --depth;
        break;
      default:
        break;
    }
    ++p_;
  } while (depth != 0);
}

bool JsonCursor::Next(char close) {
  SkipSpace();
  if (*p_ == close) {
    ++p_;
    return false;
  }
  if (*p_ == ',') ++p_;
  return true;
}

bool JsonCursor::NextMember(JsonString& name) {
  if (!Next('}')) return false;
  name = ReadString();
  SkipSpace();
  ++p_;  // the colon
  return true;
}

std::string ReplaceLoneSurrogates(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  const char* p = json.data();
  const char* const end = p + json.size();
  while (p != end) {
    const char* const begin = p++;
    if (*begin != '\\') {
      out.push_back(*begin);
      continue;
    }
    bool lone = false;
    if (*p++ == 'u') ReadUnicodeEscape(p, end, lone);
    if (lone) {
      AppendUtf8(out, kReplacementCharacter);
    } else {
      out.append(begin, p);
    }
  }
  return out;
}

}  // namespace inferwire::codec
