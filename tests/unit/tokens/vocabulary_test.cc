// The file of the vocabulary: what is in it, and that another file is none.
#include "tokens/vocabulary.h"

#include <cstring>
#include <vector>

#include "tokens/vocabulary_data.h"
#include "with_vocabulary.h"

namespace inferwire::tokens {
namespace {

class VocabularyTest : public WithVocabulary {};

TEST_F(VocabularyTest, FindsEachTokenByItsBytes) {
  EXPECT_EQ(vocabulary->size(), 199'998u);
  EXPECT_EQ(vocabulary->longest(), 128u);
  for (size_t rank = 0; rank < vocabulary->size(); ++rank) {
    ASSERT_EQ(vocabulary->RankOf(vocabulary->TokenAt(rank)), rank);
  }
  EXPECT_EQ(vocabulary->RankOf("no token is like this one"), Vocabulary::kNoRank);
  EXPECT_EQ(vocabulary->RankOf(std::string(129, ' ')), Vocabulary::kNoRank);
}

TEST_F(VocabularyTest, HasTwoOfThemAndNoOther) {
  EXPECT_EQ(cl100k->size(), 100'256u);
  EXPECT_EQ(cl100k->longest(), 128u);
  EXPECT_EQ(cl100k->split(), SplitRule::kCl100k);
  EXPECT_EQ(vocabulary->split(), SplitRule::kO200k);
  for (size_t rank = 0; rank < cl100k->size(); ++rank) {
    ASSERT_EQ(cl100k->RankOf(cl100k->TokenAt(rank)), rank);
  }
  EXPECT_EQ(Vocabulary::BuiltIn("p50k_base"), nullptr);
  EXPECT_EQ(Vocabulary::BuiltIn(""), nullptr);
}

TEST_F(VocabularyTest, KnowsTheClassesOfCharacters) {
  const std::pair<char32_t, CharClass> cases[] = {
      {U'a', CharClass::kLower},    {U'A', CharClass::kUpper},     {0x1c5, CharClass::kUpper},
      {U'語', CharClass::kBoth},    {0x2b0, CharClass::kBoth},     {0x301, CharClass::kMark},
      {U'7', CharClass::kNumber},   {0x2167, CharClass::kNumber},  {U' ', CharClass::kSpace},
      {0x3000, CharClass::kSpace},  {0x85, CharClass::kSpace},     {U'!', CharClass::kOther},
      {0x1f642, CharClass::kOther}, {0x10ffff, CharClass::kOther}, {0, CharClass::kOther},
  };
  for (const auto& [code_point, type] : cases) {
    EXPECT_EQ(vocabulary->ClassOf(code_point), type) << std::hex << uint32_t{code_point};
  }
}

TEST_F(VocabularyTest, RefusesADamagedFile) {
  const std::string_view good = O200kData();
  // As aligned as the original.
  std::vector<uint32_t> copy(good.size() / 4 + 1);
  const auto with = [&](size_t at, char byte, size_t size) {
    std::memcpy(copy.data(), good.data(), good.size());
    reinterpret_cast<char*>(copy.data())[at] = byte;
    return Vocabulary::From({reinterpret_cast<const char*>(copy.data()), size});
  };
  EXPECT_TRUE(with(0, 'L', good.size()).has_value());
  EXPECT_FALSE(with(0, 'X', good.size()));      // another kind of file
  EXPECT_FALSE(with(0, 'L', good.size() - 1));  // cut short
  EXPECT_FALSE(with(12, 3, good.size()));       // slots that are no power of two
  EXPECT_FALSE(with(24, 2, good.size()));       // an unknown rule of the split
  for (size_t size = 0; size < 64; ++size) EXPECT_FALSE(with(0, 'L', size));
}

TEST(VocabularyFile, NothingIsNone) { EXPECT_FALSE(Vocabulary::From("").has_value()); }

}  // namespace
}  // namespace inferwire::tokens
