#include "codec/half_character.h"

#include <cstddef>
#include <utility>

#include "codec/utf8.h"

namespace inferwire::codec {
namespace {

constexpr ptrdiff_t kHalfBytes = 3;
constexpr char kFirstByte = '\xED';
constexpr char32_t kFirstHigh = 0xD800, kFirstLow = 0xDC00, kAfterLow = 0xE000;

// The surrogate whose three bytes stand here; 0: none.
char32_t HalfAt(const char* p, const char* end) {
  if (end - p < kHalfBytes || *p != kFirstByte) return 0;
  const auto second = static_cast<unsigned char>(p[1]), third = static_cast<unsigned char>(p[2]);
  if (second < 0xA0 || second > 0xBF || third < 0x80 || third > 0xBF) return 0;
  return 0xD000 | static_cast<char32_t>((second & 0x3F) << 6) | (third & 0x3F);
}

bool IsHigh(char32_t half) { return half >= kFirstHigh && half < kFirstLow; }
bool IsLow(char32_t half) { return half >= kFirstLow && half < kAfterLow; }
bool IsByte(char32_t half) { return half >= kFirstLow + 0x80 && half <= kFirstLow + 0xFF; }

// Bytes of characters; true if the last one lacks some. What is left of it stays in `bytes`.
bool AppendCharacters(std::string& bytes, std::string& out) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  while (p != end) {
    const Utf8Part part = Utf8PartAt(p, end);
    if (part.beginning && p + part.length == end) {
      bytes.erase(0, static_cast<size_t>(p - bytes.data()));
      return true;
    }
    if (part.valid) {
      out.append(p, static_cast<size_t>(part.length));
    } else {
      AppendUtf8(out, kReplacementCharacter);
    }
    p += part.length;
  }
  return false;
}

}  // namespace

bool HasHalfAtEnd(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  return end - begin >= kHalfBytes &&
         (HalfAt(begin, end) != 0 || HalfAt(end - kHalfBytes, end) != 0);
}

void CharacterJoiner::Join(std::string& text) {
  if (text.empty() || (held_.empty() && !HasHalfAtEnd(text))) return;
  const std::string in = std::exchange(held_, {}) + text;
  text.clear();
  const char* p = in.data();
  const char* const end = p + in.size();
  while (p != end) {
    const char32_t half = HalfAt(p, end);
    if (half == 0) {
      text.push_back(*p++);
      continue;
    }
    const char* const begin = p;
    p += kHalfBytes;
    if (IsByte(half)) {
      std::string bytes(1, static_cast<char>(half & 0xFF));
      for (char32_t next; p != end && IsByte(next = HalfAt(p, end)); p += kHalfBytes) {
        bytes.push_back(static_cast<char>(next & 0xFF));
      }
      if (!AppendCharacters(bytes, text)) continue;
      if (p == end) {
        held_.assign(p - static_cast<ptrdiff_t>(bytes.size()) * kHalfBytes, p);
        continue;
      }
    } else if (IsHigh(half)) {
      if (p == end) {
        held_.assign(begin, p);
        continue;
      }
      if (const char32_t low = HalfAt(p, end); IsLow(low)) {
        AppendUtf8(text, 0x10000 + ((half - kFirstHigh) << 10) + (low - kFirstLow));
        p += kHalfBytes;
        continue;
      }
    }
    AppendUtf8(text, kReplacementCharacter);
  }
}

std::string CharacterJoiner::End() {
  std::string text;
  if (!std::exchange(held_, {}).empty()) AppendUtf8(text, kReplacementCharacter);
  return text;
}

}  // namespace inferwire::codec
