// The split and the merging, against ranks that the vocabulary's own library gave.
#include "tokens/bpe.h"

#include <gmock/gmock.h>

#include <chrono>
#include <random>

#include "tokens/split.h"
#include "with_vocabulary.h"

namespace inferwire::tokens {
namespace {

using Ranks = std::vector<uint32_t>;

class BpeTest : public WithVocabulary {
 protected:
  std::vector<std::string> Pieces(std::string_view text) {
    std::vector<std::string> pieces;
    while (!text.empty()) {
      const size_t size = FirstPiece(*vocabulary, text);
      EXPECT_GT(size, 0u);
      EXPECT_LE(size, text.size());
      pieces.emplace_back(text.substr(0, size));
      text.remove_prefix(size);
    }
    return pieces;
  }
  Ranks Encode(std::string_view text) {
    Ranks all;
    Bpe bpe(*vocabulary);
    for (const std::string& piece : Pieces(text)) {
      const Ranks ranks = bpe.Encode(piece);
      EXPECT_EQ(bpe.Count(piece), ranks.size()) << piece;
      all.insert(all.end(), ranks.begin(), ranks.end());
    }
    return all;
  }
  // The definition: again and again the neighbours of the lowest rank.
  size_t Slowly(const std::string& piece) {
    std::vector<std::string> parts;
    for (const char c : piece) parts.emplace_back(1, c);
    while (true) {
      uint32_t best = Vocabulary::kNoRank;
      size_t at = 0;
      for (size_t i = 0; i + 1 < parts.size(); ++i) {
        const uint32_t rank = vocabulary->RankOf(parts[i] + parts[i + 1]);
        if (rank < best) best = rank, at = i;
      }
      if (best == Vocabulary::kNoRank) return parts.size();
      parts[at] += parts[at + 1];
      parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
  }
};

TEST_F(BpeTest, GivesTheRanksOfTheOtherReference) {
  const std::pair<std::string_view, Ranks> cases[] = {
      {"Hello, world!", {9906, 11, 1917, 0}},
      {"don't DON'T 'tis 'LL", {15357, 956, 45373, 17773, 364, 83, 285, 364, 4178}},
      {"a//b/\n", {64, 322, 65, 6018}},
      {"  \n  ", {2355, 256}},
      {"e\u0301te\u0301 \u00fcber 12345", {68, 54939, 668, 54939, 14104, 220, 4513, 1774}},
      {"x \n\n y  z", {87, 4815, 379, 220, 1167}},
  };
  for (const auto& [text, ranks] : cases) {
    Ranks all;
    Bpe bpe(*cl100k);
    for (std::string_view rest = text; !rest.empty();) {
      const size_t size = FirstPiece(*cl100k, rest);
      const Ranks piece = bpe.Encode(rest.substr(0, size));
      all.insert(all.end(), piece.begin(), piece.end());
      rest.remove_prefix(size);
    }
    EXPECT_EQ(all, ranks) << text;
  }
}

TEST_F(BpeTest, GivesTheRanksOfTheReference) {
  const std::pair<std::string, Ranks> cases[] = {
      {"Hello, world!", {13225, 11, 2375, 0}},
      {"Why is the sky blue?", {13903, 382, 290, 17307, 9861, 30}},
      {"DON'T you've I'll SHE'S", {134882, 51532, 19014, 17291, 85378, 31233}},
      {"HTTPServer iPhone XMLHttpRequest", {17893, 6444, 575, 7081, 100497, 2303}},
      {"1234567890 12 3", {7633, 19354, 29338, 15, 220, 899, 220, 18}},
      {"  two  spaces", {220, 1920, 220, 18608}},
      {"a\n\n  b\r\n\tc   ", {64, 279, 220, 287, 370, 2736, 271}},
      {"日本語のテキスト", {9048, 40909, 3385, 16056, 18368, 38236}},
      {"Привет, мир", {23881, 131903, 11, 37934}},
      {"naïve café", {1503, 9954, 737, 30469}},
      {"e\u0301te\u0301", {68, 13430, 411, 13430}},
      {"🙂🙂 👩\u200d👩\u200d👧",
       {37459, 37459, 61138, 102, 2524, 28823, 102, 2524, 28823, 100}},
      {"path/to//file\n//x", {4189, 72231, 393, 2318, 198, 393, 87}},
      {"!!!???...\n\n/\n", {10880, 33110, 2161, 11124}},
      {"\u0301ABC", {13430, 44197}},
      {"अआइ क्षि", {12752, 14417, 11754, 25727, 785}},
      {"ـــ عربي", {33391, 10216, 123294}},
      {std::string(40, 'a'), {117525, 117525, 117525, 117525, 117525}},
      {"{\"a\":[1,2.5e-3,null]}", {10848, 64, 16853, 16, 11, 17, 13, 20, 68, 12, 18, 42502, 28000}},
      {"  \n \n  x", {4066, 793, 220, 1215}},
      {"   ", {271}},
      {"\u3000\u2003wide", {1397, 33203, 11147}},
      {"Ⅷ ² ½", {25371, 100, 220, 13848, 220, 27124}},
      {"ǅabc", {131, 227, 26682}},
      {"don’t", {22130, 1573}},
      {"", {}},
  };
  for (const auto& [text, ranks] : cases) EXPECT_EQ(Encode(text), ranks) << text;
}

TEST_F(BpeTest, SplitsAsThePatternDoes) {
  using ::testing::ElementsAre;
  EXPECT_THAT(Pieces("It's  me,\n\n OK?"), ElementsAre("It's", " ", " me", ",\n\n", " OK", "?"));
  EXPECT_THAT(Pieces("CamelCaseABC'LL'x"), ElementsAre("Camel", "Case", "ABC'LL", "'x"));
  EXPECT_THAT(Pieces("\u0301ABC"), ElementsAre("\u0301", "ABC"));
  EXPECT_THAT(Pieces("A\u0301BCd"), ElementsAre("A\u0301BCd"));
  EXPECT_THAT(Pieces(" \t\n \n  x"), ElementsAre(" \t\n \n", " ", " x"));
  EXPECT_THAT(Pieces("12345"), ElementsAre("123", "45"));
  EXPECT_THAT(Pieces("it'\u017F!"), ElementsAre("it'\u017F", "!"));
  EXPECT_THAT(Pieces("\xff\xfe\x80"), ElementsAre("\xff\xfe\x80"));
  EXPECT_THAT(Pieces("\xe4\xb8"), ElementsAre("\xe4\xb8"));  // cut short
}

TEST_F(BpeTest, MergesLikeTheDefinition) {
  std::mt19937 random(3);
  const std::string alphabets[] = {"ab", "aeiou ", "0123456789", "=-_ ", "\n \t", "theanding"};
  Bpe bpe(*vocabulary);
  for (int i = 0; i < 3000; ++i) {
    const std::string& alphabet = alphabets[random() % std::size(alphabets)];
    std::string piece;
    for (unsigned n = 1 + random() % 60; n > 0; --n) piece += alphabet[random() % alphabet.size()];
    const bool whole = vocabulary->RankOf(piece) != Vocabulary::kNoRank;
    ASSERT_EQ(bpe.Count(piece), whole ? 1 : Slowly(piece)) << piece;
  }
}

TEST_F(BpeTest, EveryByteOfEveryTextIsInOnePiece) {
  std::mt19937 random(5);
  const std::string parts[] = {
      "a", "B", "ß",    "\u0301", "語",   "7",    " ", "\n",     "\r", "'s", "'",
      "/", "!", "🙂", "\t",     "\xff", "\xe4", "ǅ", "\u3000", "'L", "²",  std::string(1, '\0')};
  for (int i = 0; i < 20'000; ++i) {
    std::string text, joined;
    for (unsigned n = random() % 12; n > 0; --n) text += parts[random() % std::size(parts)];
    for (const std::string& piece : Pieces(text)) joined += piece;
    ASSERT_EQ(joined, text);
    Encode(text);
  }
}

// The time of 1 MiB is held against that of 64 KiB: 16 times as much text, not 256 times the time.
TEST_F(BpeTest, TakesTimeInProportionToHostileTexts) {
  const std::string runs[] = {"a", "A", "\u0301A", "=", " ", "\n ", "ab", "語", "0", "aA", "\xff"};
  const auto time_of = [&](const std::string& run, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += run;
    Bpe bpe(*vocabulary);
    const auto start = std::chrono::steady_clock::now();
    std::string_view rest = text;
    size_t tokens = 0;
    while (!rest.empty()) {
      const size_t size = FirstPiece(*vocabulary, rest);
      tokens += bpe.Count(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    EXPECT_GT(tokens, 0u);
    return std::chrono::steady_clock::now() - start;
  };
  for (const std::string& run : runs) {
    const auto small = time_of(run, 64 << 10), large = time_of(run, 1 << 20);
    EXPECT_LT(large, small * 100 + std::chrono::milliseconds(200)) << run;
  }
}

}  // namespace
}  // namespace inferwire::tokens
