#include "codec/json_number.h"
#include "codec_testing.h"

namespace inferwire::codec {
namespace {

TEST(JsonEquals, ComparesValuesNotSpelling) {
  EXPECT_TRUE(JsonEquals(" [1, true ,null] ", "[1,true,null]"));
  EXPECT_TRUE(JsonEquals(R"({"a":1,"b":{"c":[]}})", R"({ "b": {"c": [ ] }, "a": 1.0 })"));
  EXPECT_TRUE(JsonEquals(R"("\u00e9\/\n")", "\"\xC3\xA9/\\n\""));
  EXPECT_TRUE(JsonEquals(R"({"\u0061":1})", R"({"a":1})"));
  EXPECT_TRUE(JsonEquals(R"({"a":1,"a":2})", R"({"a":2})"));
}

TEST(JsonEquals, SeesEveryDifference) {
  for (const auto& [a, b] : std::initializer_list<std::pair<const char*, const char*>>{
           {"1", "2"},
           {"1", "\"1\""},
           {"true", "false"},
           {"null", "false"},
           {"[]", "{}"},
           {"[1]", "[1,1]"},
           {"[1,1]", "[1]"},
           {"[1,2]", "[2,1]"},
           {"{}", "{\"a\":null}"},
           {"{\"a\":1}", "{\"b\":1}"},
           {"{\"a\":1,\"a\":2}", "{\"a\":1}"},
           {"\"a\"", "\"A\""},
           {"\"\\ud800\"", "\"\\ud801\""},
           {"\"\\ud800\"", "\"\\ufffd\""}}) {
    EXPECT_FALSE(JsonEquals(a, b)) << a << " " << b;
    EXPECT_FALSE(JsonEquals(b, a)) << a << " " << b;
    EXPECT_TRUE(JsonEquals(a, a)) << a;
    EXPECT_TRUE(JsonEquals(b, b)) << b;
  }
}

TEST(SameNumber, ComparesWithFullPrecision) {
  for (const auto& [a, b] : std::initializer_list<std::pair<const char*, const char*>>{
           {"1", "1.0"},
           {"1", "10e-1"},
           {"100", "1E+2"},
           {"0", "-0.000e7"},
           {"0.1", "1e-1"},
           {"-12.50", "-1.25e1"},
           {"9007199254740993", "9007199254740993.0"},
           {"0e99999999999999999999", "0"},
           {"1e99999999999999999999", "1e99999999999999999999"}}) {
    EXPECT_TRUE(SameNumber(a, b)) << a << " " << b;
  }
  for (const auto& [a, b] : std::initializer_list<std::pair<const char*, const char*>>{
           {"1", "-1"},
           {"1", "10"},
           {"9007199254740993", "9007199254740992"},
           {"0.1", "0.10000000000000000001"},
           {"1e400", "1e401"},
           {"1e-400", "0"},
           {"1e99999999999999999999", "1e99999999999999999998"}}) {
    EXPECT_FALSE(SameNumber(a, b)) << a << " " << b;
  }
}

}  // namespace
}  // namespace inferwire::codec
