#include "tokens/least_count.h"

#include <algorithm>

namespace inferwire::tokens {
namespace {

// Short enough for a byte to count its words, and of one length, so that the compiler counts
// sixteen bytes at a time.
constexpr size_t kBlock = 128;
// A word and the space before it.
constexpr int64_t kLeastBytes = 2;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A slash may belong to the line end before it, and that to the signs before.
// Without branches, for the sake of kBlock.
unsigned BeginsWord(char before, char c) {
  return unsigned{IsSpace(before)} & unsigned{!IsSpace(c)} & unsigned{c != '/'};
}

// at > 0.
int64_t WordsOfBlock(const char* at, size_t size) {
  uint8_t words = 0;
  for (size_t i = 0; i < size; ++i) {
    words = static_cast<uint8_t>(words + BeginsWord(at[i - 1], at[i]));
  }
  return words;
}

template <class Take>
void ForEachText(const v1::ChatCompletionParams& params, const Take& take) {
  for (const v1::ChatMessage& message : params.messages()) {
    if (!take(message.content())) return;
    for (const v1::ContentPart& part : message.content_parts()) {
      if (!take(part.text())) return;
    }
  }
}

}  // namespace

int64_t LeastCount(std::string_view text) {
  if (text.empty()) return 0;
  int64_t words = BeginsWord(' ', text.front());
  for (size_t at = 1; at < text.size(); at += kBlock) {
    if (text.size() - at >= kBlock) {
      words += WordsOfBlock(text.data() + at, kBlock);
    } else {
      words += WordsOfBlock(text.data() + at, text.size() - at);
    }
  }
  return words;
}

size_t ChatTextBytes(const v1::ChatCompletionParams& params) {
  size_t bytes = 0;
  ForEachText(params, [&](const std::string& text) {
    bytes += text.size();
    return true;
  });
  return bytes;
}

int64_t LeastChatCount(const v1::ChatCompletionParams& params, int64_t enough) {
  int64_t bytes = 0;
  ForEachText(params, [&](const std::string& text) {
    bytes += static_cast<int64_t>(text.size()) + 1;
    return true;
  });
  if (bytes / kLeastBytes <= enough) return 0;
  int64_t least = 0;
  ForEachText(params, [&](const std::string& text) {
    // In parts, so that a text of megabytes is not read to its end for nothing.
    constexpr size_t kPart = 64u << 10;
    for (size_t at = 0; at < text.size() && least <= enough; at += kPart) {
      least += LeastCount(std::string_view(text).substr(at, kPart));
      // The part may have cut a word in two.
      if (at > 0 && !IsSpace(text[at - 1])) least -= BeginsWord(' ', text[at]);
    }
    return least <= enough;
  });
  return least;
}

}  // namespace inferwire::tokens
