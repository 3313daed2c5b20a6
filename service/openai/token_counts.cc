#include "openai/token_counts.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"

namespace inferwire::openai {
namespace {

constexpr size_t kReadBytes = 2048;
constexpr size_t kMaxNumbers = 32;
constexpr size_t kMaxDigits = 12;
constexpr size_t kNear = 40;           // bytes between a word and its number
constexpr int64_t kLeastTokens = 100;  // below this a number is something else

constexpr std::string_view kLimitWords[] = {
    "context length", "prompt length", "input length", "context window", "limit", "maximum", "> "};
constexpr std::string_view kRequestedWords[] = {
    "requested", "resulted in", "request contains", "prompt contains",
    "too long:", "input has",   "your request has", "request ("};

struct Number {
  size_t at;
  int64_t value;
};

// Whole numbers, 128,000 included; digits within words (gpt-4, 4.1) are none.
std::vector<Number> Numbers(std::string_view text) {
  std::vector<Number> numbers;
  size_t at = 0;
  while (at < text.size() && numbers.size() < kMaxNumbers) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const bool begins = IsDigit(text[at]) && (before == ' ' || before == '(' || before == '=' ||
                                              before == ':' || before == '>');
    if (!begins) {
      ++at;
      continue;
    }
    Number number{at, 0};
    size_t digits = 0;
    for (; at < text.size(); ++at) {
      const bool comma = text[at] == ',' && at + 3 < text.size() && IsDigit(text[at + 1]) &&
                         IsDigit(text[at + 2]) && IsDigit(text[at + 3]);
      if (IsDigit(text[at]) && ++digits <= kMaxDigits) {
        number.value = number.value * 10 + (text[at] - '0');
      } else if (!comma) {
        break;
      }
    }
    if (digits <= kMaxDigits) numbers.push_back(number);
  }
  return numbers;
}

std::optional<int64_t> After(std::string_view text, std::span<const std::string_view> words,
                             std::span<const Number> numbers) {
  for (const std::string_view word : words) {
    for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
      const size_t end = at + word.size();
      for (const Number& number : numbers) {
        if (number.at >= end && number.at <= end + kNear) return number.value;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

TokenCounts FindTokenCounts(std::string_view message) {
  const std::string text = Lower(message.substr(0, kReadBytes));
  const std::vector<Number> numbers = Numbers(text);
  return {After(text, kLimitWords, numbers), After(text, kRequestedWords, numbers)};
}

TokenCounts FindOverflow(std::string_view message) {
  const TokenCounts counts = FindTokenCounts(message);
  if (counts.limit && counts.requested) return counts;
  std::vector<int64_t> large;
  for (const Number& number : Numbers(message.substr(0, kReadBytes))) {
    if (number.value >= kLeastTokens) large.push_back(number.value);
  }
  if (large.size() != 2 || large[0] == large[1]) return counts;
  return {std::min(large[0], large[1]), std::max(large[0], large[1])};
}

}  // namespace inferwire::openai
