#include "tokens/rough_count.h"

#include <algorithm>

#include "base/text.h"

namespace inferwire::tokens {
namespace {

// Tokens in thousandths, by least squares of the relative error over 209 texts in 30 languages,
// code and prompts that o200k_base had counted.
constexpr int64_t kWord = 925, kLetterBeyondSix = 220, kThreeDigits = 1614, kSigns = 462,
                  kFurtherSign = 479, kSpaceThatIsNotOne = 1895, kTwoBytes = 309, kThreeBytes = 648,
                  kFourBytes = 1500;
constexpr size_t kShortWord = 6;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool IsSign(char c) { return c > ' ' && c < 0x7f && !IsLetter(c) && !IsDigit(c); }

size_t RunOf(std::string_view text, bool (*matches)(char)) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), matches) - text.begin());
}

// A character's share where its first byte is seen; the others are worth nothing.
int64_t BeyondAscii(char first) {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xf0) return kFourBytes;
  if (byte >= 0xe0) return kThreeBytes;
  return byte >= 0xc0 ? kTwoBytes : 0;
}

}  // namespace

int64_t RoughCount(std::string_view text) {
  int64_t thousandths = 0;
  while (!text.empty()) {
    size_t run = 1;
    if (const size_t letters = RunOf(text, IsLetter); letters > 0) {
      run = letters;
      thousandths += kWord;
      if (run > kShortWord)
        thousandths += static_cast<int64_t>(run - kShortWord) * kLetterBeyondSix;
    } else if (const size_t digits = RunOf(text, IsDigit); digits > 0) {
      run = digits;
      thousandths += static_cast<int64_t>((run + 2) / 3) * kThreeDigits;
    } else if (const size_t spaces = RunOf(text, IsSpace); spaces > 0) {
      run = spaces;
      if (run > 1 || text.front() != ' ') thousandths += kSpaceThatIsNotOne;
    } else if (const size_t signs = RunOf(text, IsSign); signs > 0) {
      run = signs;
      thousandths += kSigns + static_cast<int64_t>(run - 1) * kFurtherSign;
    } else {
      thousandths += BeyondAscii(text.front());
    }
    text.remove_prefix(run);
  }
  return (thousandths + 500) / 1000;
}

}  // namespace inferwire::tokens
