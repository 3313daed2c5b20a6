#include "base/text.h"

#include <gmock/gmock.h>

#include <vector>

namespace inferwire {
namespace {

using testing::Eq;
using testing::Optional;

TEST(Text, TrimTakesWhiteSpaceOffBothEnds) {
  EXPECT_EQ(Trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(Trim(" \r\n"), "");
  EXPECT_EQ(Trim("\xc2\xa0x"), "\xc2\xa0x") << "no-break spaces are text";
}

TEST(Text, CaseIsThatOfAscii) {
  EXPECT_EQ(Lower("Content-Type: \xc3\x84[@`"), "content-type: \xc3\x84[@`");
  EXPECT_TRUE(EqualsIgnoringCase("NaN", "nan"));
  EXPECT_FALSE(EqualsIgnoringCase("nan", "na"));
  EXPECT_FALSE(EqualsIgnoringCase("[", "{")) << "only letters differ by a bit";
  EXPECT_TRUE(StartsWithIgnoringCase("Bearer x", "bearer "));
  EXPECT_FALSE(StartsWithIgnoringCase("Bear", "bearer"));
  EXPECT_TRUE(StartsWithIgnoringCase("x", ""));
}

TEST(Text, AnIntegerIsTheWholeText) {
  EXPECT_THAT(ParseInteger("-12"), Optional(Eq(-12)));
  EXPECT_THAT(ParseInteger("9223372036854775807"), Optional(Eq(INT64_MAX)));
  for (const char* text : {"", "1.0", "0x1", " 1", "1 ", "1e3", "+1", "-", "9223372036854775808"}) {
    EXPECT_FALSE(ParseInteger(text)) << text;
  }
  EXPECT_THAT(ParseInteger<uint16_t>("65535"), Optional(Eq(65535)));
  EXPECT_FALSE(ParseInteger<uint16_t>("65536"));
  EXPECT_FALSE(ParseInteger<uint16_t>("-1"));
}

TEST(Text, JoinsWithCommas) {
  EXPECT_EQ(JoinWithCommas(std::vector<std::string>{}), "");
  EXPECT_EQ(JoinWithCommas(std::vector<std::string_view>{"a"}), "a");
  EXPECT_EQ(JoinWithCommas(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
}

}  // namespace
}  // namespace inferwire
