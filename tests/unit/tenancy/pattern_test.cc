#include "tenancy/pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::tenancy {
namespace {

TEST(PatternTest, ATextWithoutStarsMatchesItself) {
  const Pattern pattern("gpt-4.1");
  EXPECT_TRUE(pattern.is_literal());
  EXPECT_TRUE(pattern.Matches("gpt-4.1"));
  EXPECT_FALSE(pattern.Matches("gpt-4.1-mini"));
  EXPECT_FALSE(pattern.Matches("gpt-4"));
  EXPECT_FALSE(pattern.Matches(""));
}

TEST(PatternTest, AStarIsAnyTextAndNone) {
  const Pattern pattern("gpt-4.1*");
  EXPECT_TRUE(pattern.Matches("gpt-4.1"));
  EXPECT_TRUE(pattern.Matches("gpt-4.1-mini"));
  EXPECT_FALSE(pattern.Matches("openai/gpt-4.1"));
  EXPECT_TRUE(Pattern("*mini*").Matches("gpt-4.1-mini-2025"));
  EXPECT_TRUE(Pattern("*").Matches(""));
}

TEST(PatternTest, OneStarEndsAtASeparatorAndTwoDoNot) {
  const Pattern one("spiffe://prod/ns/search/sa/*", "/"), two("spiffe://prod/**", "/");
  EXPECT_TRUE(one.Matches("spiffe://prod/ns/search/sa/ranker"));
  EXPECT_FALSE(one.Matches("spiffe://prod/ns/search/sa/ranker/x"));
  EXPECT_FALSE(one.Matches("spiffe://prod.evil/ns/search/sa/ranker"));
  EXPECT_TRUE(two.Matches("spiffe://prod/ns/search/sa/ranker/x"));
  EXPECT_FALSE(two.Matches("spiffe://prod.evil/ns/search"));
}

TEST(PatternTest, ManyStarsCostNoMoreThanTextTimesPattern) {
  std::string stars;
  for (int i = 0; i < 40; ++i) stars += "*a";
  EXPECT_FALSE(Pattern(stars + "b").Matches(std::string(5000, 'a')));
}

TEST(PatternTest, OverlapsWhereSomeTextFitsBoth) {
  const auto overlap = [](const char* a, const char* b) {
    const bool one = Pattern(a, "/").Overlaps(Pattern(b, "/"));
    EXPECT_EQ(one, Pattern(b, "/").Overlaps(Pattern(a, "/"))) << a << " " << b;
    return one;
  };
  EXPECT_TRUE(overlap("a/*", "a/*"));
  EXPECT_TRUE(overlap("a/*", "*/b"));
  EXPECT_TRUE(overlap("a*c", "ab*"));
  EXPECT_TRUE(overlap("**", "a/b/c"));
  EXPECT_FALSE(overlap("*", "a/b"));
  EXPECT_FALSE(overlap("a/*", "b/*"));
  EXPECT_FALSE(overlap("a/*/c", "a/*"));
  EXPECT_FALSE(overlap("*b", "*c"));
}

}  // namespace
}  // namespace inferwire::tenancy
