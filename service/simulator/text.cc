#include "simulator/text.h"

#include <algorithm>
#include <array>

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxWordBytes = 8;

// None longer than 7 bytes: with its space each is one token.
constexpr std::array<std::string_view, 64> kWords = {
    "the",    "a",       "river",  "light",   "stone",  "early",  "north",  "garden",
    "small",  "open",    "letter", "slow",    "under",  "winter", "bridge", "people",
    "quiet",  "road",    "green",  "morning", "table",  "answer", "simple", "water",
    "before", "large",   "window", "cold",    "field",  "music",  "paper",  "always",
    "island", "wind",    "near",   "story",   "blue",   "market", "train",  "house",
    "summer", "clear",   "city",   "number",  "forest", "round",  "bread",  "kind",
    "long",   "evening", "hill",   "glass",   "after",  "sand",   "bright", "ship",
    "silver", "café",    "über",   "naïve",   "and",    "of",     "in",     "with"};

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Moves the cut back to a character's start, or forward if the first character is longer.
size_t AtCharacter(std::string_view text, size_t cut) {
  if (cut >= text.size()) return text.size();
  size_t back = cut;
  while (back > 0 && IsContinuation(text[back])) --back;
  if (back > 0) return back;
  while (cut < text.size() && IsContinuation(text[cut])) ++cut;
  return cut;
}

}  // namespace

size_t TokenBytes(std::string_view text) {
  if (text.empty()) return 0;
  size_t end = text[0] == ' ' ? 1 : 0;
  if (end == text.size() || !IsWordByte(text[end])) return 1;
  while (end < text.size() && end < kMaxWordBytes && IsWordByte(text[end])) ++end;
  return AtCharacter(text, end);
}

int64_t CountTokens(std::string_view text) {
  int64_t count = 0;
  for (; !text.empty(); text.remove_prefix(TokenBytes(text))) ++count;
  return count;
}

std::string_view FirstTokens(std::string_view text, int64_t max) {
  size_t end = 0;
  for (int64_t count = 0; count < max && end < text.size(); ++count) {
    end += TokenBytes(text.substr(end));
  }
  return text.substr(0, end);
}

size_t PieceBytes(std::string_view text, size_t max_bytes) {
  return AtCharacter(text, std::max<size_t>(1, max_bytes));
}

std::string Sentences(Random& random, int64_t tokens) {
  std::string text;
  uint64_t left = 0;  // words until the full stop
  bool first = true;
  for (int64_t count = 0; count < tokens; ++count) {
    if (left == 0 && !first) {
      text += '.';
      first = true;
      continue;
    }
    if (!text.empty()) text += ' ';
    std::string word(kWords[random.Below(kWords.size())]);
    if (first) {
      left = 5 + random.Below(10);
      if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
    }
    text += word;
    first = false;
    --left;
  }
  return text;
}

std::string Words(Random& random, size_t min_bytes) {
  std::string text;
  while (text.size() < min_bytes) {
    if (!text.empty()) text += ' ';
    text += kWords[random.Below(kWords.size())];
  }
  return text;
}

std::string Letters(Random& random, size_t count) {
  constexpr std::string_view kAlphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string text;
  for (size_t i = 0; i < count; ++i) text += kAlphabet[random.Below(kAlphabet.size())];
  return text;
}

}  // namespace inferwire::simulator
