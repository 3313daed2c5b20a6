#include "endpoints/usage/page_token.h"

#include <gtest/gtest.h>

namespace inferwire::endpoints {
namespace {

UsagePlace Place() {
  UsagePlace place{.hour = 500'000, .within = true};
  place.after.tenant = "acme";
  place.after.model = "gpt-5";
  place.after.label = "l";
  place.after.source = 2;
  return place;
}

TEST(PageToken, BringsThePlaceBack) {
  const auto place = FromToken(ToToken(Place(), "question"), "question", "page_token");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->hour, 500'000);
  EXPECT_TRUE(place->within);
  EXPECT_EQ(place->after.tenant, "acme");
  EXPECT_EQ(place->after.team, "");
  EXPECT_EQ(place->after.model, "gpt-5");
  EXPECT_EQ(place->after.label, "l");
  EXPECT_EQ(place->after.source, 2);
  const auto between = FromToken(ToToken({.hour = 7}, "q"), "q", "page_token");
  ASSERT_TRUE(between);
  EXPECT_FALSE(between->within);
}

TEST(PageToken, IsGoodForTheSameQuestionOnly) {
  const auto other = FromToken(ToToken(Place(), "question"), "another", "page_token");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().fields.at(0).field, "page_token");
}

TEST(PageToken, OfAnyOtherTextIsRefused) {
  const std::string token = ToToken(Place(), "question");
  for (size_t size = 0; size < token.size(); ++size) {
    EXPECT_FALSE(FromToken(token.substr(0, size), "question", "page_token")) << size;
  }
  EXPECT_FALSE(FromToken("500000", "question", "page_token"));
  EXPECT_FALSE(FromToken(token + "AAAA", "question", "page_token"));
}

}  // namespace
}  // namespace inferwire::endpoints
