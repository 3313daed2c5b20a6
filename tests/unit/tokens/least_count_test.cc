// The fewest tokens that a prompt can have.
#include "tokens/least_count.h"

#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>

#include "tokens/counter.h"
#include "with_vocabulary.h"

namespace inferwire::tokens {
namespace {

TEST(LeastCount, IsTheNumberOfWords) {
  EXPECT_EQ(LeastCount(""), 0);
  EXPECT_EQ(LeastCount("   \n\t"), 0);
  EXPECT_EQ(LeastCount("one"), 1);
  EXPECT_EQ(LeastCount(" one  two\nthree\t"), 3);
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "ab ";  // over the bounds of blocks
  EXPECT_EQ(LeastCount(text), 1000);
}

TEST(LeastCount, ASlashMayBelongToTheLineBeforeIt) {
  EXPECT_EQ(LeastCount("..\n/"), 1);
  EXPECT_EQ(LeastCount("..\n/ //\n/"), 1);
}

using LeastCountOf = WithVocabulary;

// Of texts made of what pieces are made of, in any order.
TEST_F(LeastCountOf, TextsIsNeverMoreThanTheCount) {
  const char* const bits[] = {
      " ",        "\n",   "\r\n", "\t", "  ",    "/",   "//", ".",        "...",
      "(",        "a",    "B",    "'s", "don't", "12",  "7",  "\xc3\xa4", "\xe6\x97\xa5",
      "\xc2\xa0", "\xff", "-",    "_",  "the",   " of", "\v"};
  std::minstd_rand random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (size_t length = random() % 24; length > 0; --length) {
      text += bits[random() % std::size(bits)];
    }
    Counter counter(vocabulary, {text});
    while (counter.Step(1 << 20)) {
    }
    ASSERT_LE(LeastCount(text), counter.tokens()) << ::testing::PrintToString(text);
  }
}

v1::ChatCompletionParams Prompt(const std::string& content, const std::string& part) {
  v1::ChatCompletionParams params;
  params.add_messages()->set_content(content);
  params.add_messages()->add_content_parts()->set_text(part);
  return params;
}

TEST(LeastChatCount, LooksAtNothingThatCannotBeSoLong) {
  EXPECT_EQ(LeastChatCount(Prompt("a b c d", "e f g h"), 8), 0);
  EXPECT_EQ(LeastChatCount(Prompt("a b c d", "e f g h"), 7), 8);
}

TEST(LeastChatCount, StopsWhereItIsEnough) {
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += "x ";
  const int64_t counted = LeastChatCount(Prompt(text, text), 1000);
  EXPECT_GT(counted, 1000);
  EXPECT_LE(counted, 1000 + 40'000);  // to the end of the part in which it was
}

TEST(LeastChatCount, DoesNotCountAWordTwiceThatPartsCutInTwo) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "abc ";
  EXPECT_EQ(LeastChatCount(Prompt(text, "end"), 100'000), 100'001);
  std::string one_word(1 << 20, 'a');
  EXPECT_EQ(LeastChatCount(Prompt(one_word, "end"), 10), 2);
}

}  // namespace
}  // namespace inferwire::tokens
