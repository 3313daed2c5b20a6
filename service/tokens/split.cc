#include "tokens/split.h"

#include <algorithm>
#include <array>
#include <optional>

namespace inferwire::tokens {
namespace {

// The pattern of o200k_base, its alternatives in order (U: upper, both, mark; L: lower, both,
// mark):
//   [^\r\n letter number]? U* L+ contraction?
//   [^\r\n letter number]? U+ L* contraction?
//   number{1,3}
//   ' '? [^space letter number]+ [\r\n/]*
//   space* [\r\n]+
//   space+ not before anything else than space
//   space+
// That of cl100k_base:
//   contraction
//   [^\r\n letter number]? letter+
//   number{1,3}
//   ' '? [^space letter number]+ [\r\n]*
//   space+ at the end
//   space* [\r\n]
//   space+ not before anything else than space
//   space
struct Char {
  char32_t code_point = 0;
  CharClass type = CharClass::kOther;
  size_t size = 0;  // 0: the text's end
};

class Scanner {
 public:
  Scanner(const Vocabulary& vocabulary, std::string_view text)
      : vocabulary_(vocabulary), text_(text) {}

  Char At(size_t at) const {
    if (at >= text_.size()) return {};
    const auto first = static_cast<unsigned char>(text_[at]);
    if (first < 0x80) return {first, Ascii(first), 1};
    return Decode(at, first);
  }

  size_t size() const { return text_.size(); }

 private:
  static CharClass Ascii(unsigned char c) {
    if (c >= 'a' && c <= 'z') return CharClass::kLower;
    if (c >= 'A' && c <= 'Z') return CharClass::kUpper;
    if (c >= '0' && c <= '9') return CharClass::kNumber;
    const bool space = c == ' ' || (c >= '\t' && c <= '\r');
    return space ? CharClass::kSpace : CharClass::kOther;
  }

  Char Decode(size_t at, unsigned char first) const {
    const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (first < 0xc2 || first > 0xf4 || text_.size() - at < size) return {0, {}, 1};
    char32_t code_point = first & (0x7f >> size);
    for (size_t i = 1; i < size; ++i) {
      const auto next = static_cast<unsigned char>(text_[at + i]);
      if ((next & 0xc0) != 0x80) return {0, {}, 1};
      code_point = code_point << 6 | (next & 0x3f);
    }
    const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
    if (code_point < kLeast[size] || code_point > 0x10ffff || surrogate) return {0, {}, 1};
    return {code_point, vocabulary_.ClassOf(code_point), size};
  }

  const Vocabulary& vocabulary_;
  const std::string_view text_;
};

bool IsLineEnd(const Char& c) { return c.code_point == '\r' || c.code_point == '\n'; }
bool IsLetter(const Char& c) {
  return c.type == CharClass::kUpper || c.type == CharClass::kLower || c.type == CharClass::kBoth;
}
bool IsUpperish(const Char& c) {
  return c.type == CharClass::kUpper || c.type == CharClass::kBoth || c.type == CharClass::kMark;
}
bool IsLowerish(const Char& c) {
  return c.type == CharClass::kLower || c.type == CharClass::kBoth || c.type == CharClass::kMark;
}
bool IsSign(const Char& c) { return c.type == CharClass::kOther || c.type == CharClass::kMark; }
bool MayPrecedeWord(const Char& c) {
  return c.size > 0 && !IsLetter(c) && c.type != CharClass::kNumber && !IsLineEnd(c);
}

template <class Matches>
size_t EndOfRun(const Scanner& text, size_t at, const Matches& matches) {
  for (Char c = text.At(at); c.size > 0 && matches(c); c = text.At(at)) at += c.size;
  return at;
}

char Folded(const Char& c) {
  if (c.code_point == 0x17f) return 's';  // the long s
  const auto ascii = c.code_point < 0x80 ? static_cast<char>(c.code_point) : '\0';
  return ascii >= 'A' && ascii <= 'Z' ? static_cast<char>(ascii + ('a' - 'A')) : ascii;
}

// 's, 't, 're, 've, 'm, 'll or 'd.
size_t EndOfContraction(const Scanner& text, size_t at) {
  if (text.At(at).code_point != '\'') return at;
  const Char first = text.At(at + 1);
  const Char second = text.At(at + 1 + first.size);
  const char a = Folded(first), b = Folded(second);
  if (a == 's' || a == 't' || a == 'm' || a == 'd') return at + 1 + first.size;
  if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l')) return at + 3;
  return at;
}

// U* L+: as many upper ones as leave a lower one. Nothing: there is none.
std::optional<size_t> EndOfLowerWord(const Scanner& text, size_t begin) {
  std::optional<size_t> after_both;  // the last that can be lower too
  size_t at = begin;
  for (Char c = text.At(at); c.size > 0 && IsUpperish(c); c = text.At(at)) {
    at += c.size;
    if (IsLowerish(c)) after_both = at;
  }
  if (text.At(at).type == CharClass::kLower) return EndOfRun(text, at, IsLowerish);
  return after_both;
}

// U+ L*, where U* L+ found nothing: no lower one follows.
std::optional<size_t> EndOfUpperWord(const Scanner& text, size_t begin) {
  const size_t end = EndOfRun(text, begin, IsUpperish);
  return end > begin ? std::optional(end) : std::nullopt;
}

// Letters of any kind, and no mark among them.
std::optional<size_t> EndOfLetters(const Scanner& text) {
  const Char first = text.At(0);
  const size_t begin = MayPrecedeWord(first) ? first.size : 0;
  const size_t end = EndOfRun(text, begin, IsLetter);
  return end > begin ? std::optional(end) : std::nullopt;
}

std::optional<size_t> EndOfWord(const Scanner& text) {
  const Char first = text.At(0);
  const bool preceded = MayPrecedeWord(first);
  for (const auto find : {&EndOfLowerWord, &EndOfUpperWord}) {
    std::optional<size_t> end;
    if (preceded) end = find(text, first.size);
    if (!end) end = find(text, 0);
    if (end) return EndOfContraction(text, *end);
  }
  return std::nullopt;
}

size_t EndOfNumber(const Scanner& text) {
  size_t at = 0;
  for (int digits = 0; digits < 3 && text.At(at).type == CharClass::kNumber; ++digits) {
    at += text.At(at).size;
  }
  return at;
}

// 0: no sign stands here.
size_t EndOfSigns(const Scanner& text, bool with_slashes) {
  const size_t begin = text.At(0).code_point == ' ' ? 1 : 0;
  const size_t end = EndOfRun(text, begin, IsSign);
  if (end == begin) return 0;
  return EndOfRun(text, end, [with_slashes](const Char& c) {
    return IsLineEnd(c) || (with_slashes && c.code_point == '/');
  });
}

// end_as_whole: what stands at the text's end is one piece, line ends among it or not.
size_t EndOfSpace(const Scanner& text, bool end_as_whole) {
  size_t at = 0, last_begin = 0, after_line_end = 0;
  for (Char c = text.At(at); c.type == CharClass::kSpace; c = text.At(at)) {
    last_begin = at;
    at += c.size;
    if (IsLineEnd(c)) after_line_end = at;
  }
  if (end_as_whole && at == text.size()) return at;
  if (after_line_end > 0) return after_line_end;
  // The last one before a word belongs to the word.
  return at < text.size() && last_begin > 0 ? last_begin : at;
}

std::optional<size_t> EndOfFirst(const Scanner& text, SplitRule rule) {
  if (rule == SplitRule::kO200k) return EndOfWord(text);
  if (const size_t end = EndOfContraction(text, 0); end > 0) return end;
  return EndOfLetters(text);
}

}  // namespace

size_t FirstPiece(const Vocabulary& vocabulary, std::string_view text) {
  const Scanner scanner(vocabulary, text);
  const bool o200k = vocabulary.split() == SplitRule::kO200k;
  if (const auto end = EndOfFirst(scanner, vocabulary.split())) return *end;
  if (const size_t end = EndOfNumber(scanner); end > 0) return end;
  if (const size_t end = EndOfSigns(scanner, /*with_slashes=*/o200k); end > 0) return end;
  return EndOfSpace(scanner, /*end_as_whole=*/!o200k);
}

}  // namespace inferwire::tokens
