#include "codec/json_gate.h"

#include <string>

#include "codec/json_fault.h"
#include "codec_testing.h"

namespace inferwire::codec {
namespace {

bool Good(std::string_view text, const JsonLimits& limits = {}) {
  return CheckJson(text, limits).ok();
}

std::string Fault(std::string_view text, const JsonLimits& limits = {}) {
  const auto done = CheckJson(text, limits);
  return done.ok() ? "none" : done.error().message;
}

TEST(JsonGate, TakesEveryKindOfValue) {
  for (const char* text : {"null",
                           "true",
                           "false",
                           "0",
                           "-0",
                           "12",
                           "-1.50",
                           "1e5",
                           "1E+5",
                           "0.1e-5",
                           "\"\"",
                           "\"a\"",
                           "[]",
                           "{}",
                           "[1,2]",
                           "{\"a\":1,\"b\":[{}]}",
                           " \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } ",
                           R"("\"\\\/\b\f\n\r\t\u0000\uD83D\uDE00\ud800")",
                           "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"",
                           "18446744073709551616",
                           "1e400",
                           "\"\x7F\""}) {
    EXPECT_TRUE(Good(text)) << text << " " << Fault(text);
  }
}

TEST(JsonGate, RefusesWhatIsNotJson) {
  for (const char* text : {"",          " ",
                           "nul",       "nulll",
                           "True",      "+1",
                           "01",        "1.",
                           ".5",        "1e",
                           "1e+",       "-",
                           "--1",       "0x1",
                           "1_000",     "NaN",
                           "Infinity",  "'a'",
                           "\"a",       "\"",
                           "\"\\\"",    "\"\\x\"",
                           "\"\\u12\"", "\"\\u12G4\"",
                           "\"\t\"",    "\"\n\"",
                           "[",         "]",
                           "[1",        "[1,",
                           "[1,]",      "[,1]",
                           "[1 2]",     "{",
                           "}",         "{\"a\"}",
                           "{\"a\":}",  "{\"a\":1,}",
                           "{,}",       "{a:1}",
                           "{\"a\" 1}", "{\"a\":1 \"b\":2}",
                           "{\"a\":1]", "[1}",
                           "{1:2}",     "1 2",
                           "{}{}",      "[] x",
                           "// c\n1",   "\xEF\xBB\xBF{}",
                           "\xFF",      "\x01"}) {
    EXPECT_FALSE(Good(text)) << text;
  }
  EXPECT_FALSE(Good(std::string_view("\0", 1)));
  EXPECT_FALSE(Good(std::string_view("1\0", 2)));
  EXPECT_FALSE(Good(std::string_view("\"\0\"", 3)));
}

TEST(JsonGate, RefusesInvalidUtf8WhereverItStandsInAString) {
  for (const std::string_view bad : {"\x80", "\xC0\xAF", "\xC3", "\xE2\x82", "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF"}) {
    for (size_t before = 0; before < 20; ++before) {
      const std::string text = '"' + std::string(before, 'x') + std::string(bad) + "y\"";
      EXPECT_EQ(Fault(text), "invalid JSON: invalid UTF-8 at byte " + std::to_string(before + 1));
    }
  }
}

TEST(JsonGate, SaysWhatIsWrongAndWhereButNothingOfTheText) {
  EXPECT_EQ(Fault("[1, secret]"), "invalid JSON: unexpected character at byte 4");
  EXPECT_EQ(Fault("{\"a\":"), "invalid JSON: unexpected end at byte 5");
  EXPECT_EQ(Fault("{} secret"), "invalid JSON: text after the value at byte 3");
  EXPECT_EQ(Fault("\"a\nb\""), "invalid JSON: control character in a string at byte 2");
  const auto done = CheckJson("secret");
  EXPECT_EQ(done.error().code, Code::kInvalidArgument);
  EXPECT_EQ(done.error().reason, v1::ERROR_REASON_INVALID_JSON_FIELD);
}

TEST(JsonGate, LimitsBytes) {
  EXPECT_TRUE(Good("[1,2]", {.max_bytes = 5}));
  EXPECT_EQ(Fault("[1,2]", {.max_bytes = 4}), "invalid JSON: more bytes than allowed at byte 4");
}

TEST(JsonGate, LimitsStrings) {
  EXPECT_TRUE(Good("\"12345\"", {.max_string_bytes = 5}));
  EXPECT_FALSE(Good("\"123456\"", {.max_string_bytes = 5}));
  EXPECT_FALSE(Good("{\"123456\":1}", {.max_string_bytes = 5}));
}

TEST(JsonGate, LimitsValues) {
  EXPECT_TRUE(Good("{\"a\":[1,2]}", {.max_nodes = 4}));
  EXPECT_EQ(Fault("{\"a\":[1,2]}", {.max_nodes = 3}),
            "invalid JSON: more values than allowed at byte 8");
}

TEST(JsonGate, LimitsDepth) {
  EXPECT_TRUE(Good("[[{}]]", {.max_depth = 3}));
  EXPECT_EQ(Fault("[[{}]]", {.max_depth = 2}),
            "invalid JSON: nested deeper than allowed at byte 2");
  EXPECT_TRUE(Good("1", {.max_depth = 0}));
  EXPECT_FALSE(Good("[]", {.max_depth = 0}));
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '[') +
           std::string(static_cast<size_t>(depth), ']');
  };
  EXPECT_TRUE(Good(nested(64)));
  EXPECT_FALSE(Good(nested(65)));
  // Whatever the configuration says: readers of checked text use the stack.
  EXPECT_TRUE(Good(nested(kDeepestNesting), {.max_depth = 1'000'000}));
  EXPECT_FALSE(Good(nested(kDeepestNesting + 1), {.max_depth = 1'000'000}));
}

}  // namespace
}  // namespace inferwire::codec
