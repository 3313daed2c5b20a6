#include "simulator/schema.h"

#include <gtest/gtest.h>

#include <regex>

#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

Json Parse(const char* text) { return Json::parse(text); }

Json Make(const Json& schema, uint64_t seed = 1) {
  Random random(seed);
  const auto value = Instance(schema, random);
  EXPECT_TRUE(value) << schema.dump();
  return value.value_or(Json());
}

TEST(Validator, TellsGoodFromBad) {
  const Json schema = Parse(R"({"type":"object","properties":{"a":{"type":"integer","minimum":2},
      "b":{"type":["string","null"],"maxLength":3}},"required":["a"],"additionalProperties":false})");
  const auto fits = [&](const char* value) { return Satisfies(Parse(value), schema, schema); };
  EXPECT_TRUE(fits(R"({"a":2})"));
  EXPECT_TRUE(fits(R"({"a":2.0,"b":null})"));
  EXPECT_FALSE(fits(R"({"a":1})"));
  EXPECT_FALSE(fits(R"({"a":2.5})"));
  EXPECT_FALSE(fits(R"({"b":"x"})"));
  EXPECT_FALSE(fits(R"({"a":2,"b":"long"})"));
  EXPECT_FALSE(fits(R"({"a":2,"c":1})"));
  EXPECT_FALSE(fits("[]"));
}

TEST(Validator, KnowsCombinations) {
  const auto fits = [](const char* value, const char* schema) {
    return Satisfies(Parse(value), Parse(schema), Parse(schema));
  };
  EXPECT_FALSE(fits("1", R"({"oneOf":[{"type":"integer"},{"type":"number"}]})"));
  EXPECT_TRUE(fits("1.5", R"({"oneOf":[{"type":"integer"},{"type":"number"}]})"));
  EXPECT_FALSE(fits("1.5", R"({"allOf":[{"type":"number"},{"maximum":1}]})"));
  EXPECT_FALSE(fits("\"x\"", R"({"anyOf":[{"type":"integer"},{"const":"y"}]})"));
  EXPECT_FALSE(fits("[1,2]", R"({"minItems":3})"));
  EXPECT_FALSE(fits("[1,\"2\"]", R"({"items":{"type":"integer"}})"));
  EXPECT_FALSE(fits("0.3", R"({"multipleOf":0.25})"));
  EXPECT_FALSE(fits("\"ab1\"", R"({"pattern":"^[a-z]+$"})"));
  EXPECT_FALSE(fits("1", R"({"$defs":{"s":{"type":"string"}},"$ref":"#/$defs/s"})"));
}

struct Case {
  const char* name;
  const char* schema;
};

class InstanceTest : public ::testing::TestWithParam<Case> {};

TEST_P(InstanceTest, SatisfiesTheSchema) {
  const Json schema = Parse(GetParam().schema);
  ASSERT_FALSE(SchemaFault(schema, SchemaRules::kSupported));
  for (uint64_t seed = 0; seed < 30; ++seed) {
    const Json value = Make(schema, seed);
    EXPECT_TRUE(Satisfies(value, schema, schema)) << value.dump();
    EXPECT_EQ(value, Make(schema, seed));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Schemas, InstanceTest,
    ::testing::Values(
        Case{"Empty", "{}"}, Case{"True", "true"},
        Case{"Types", R"({"type":["integer","null","array"],"items":{"type":"boolean"}})"},
        Case{"Object",
             R"({"type":"object","properties":{"a":{"type":"string"},"b":{"type":"number"}},
             "required":["b","c"],"additionalProperties":{"type":"integer"}})"},
        Case{"Array",
             R"({"type":"array","minItems":2,"maxItems":4,"items":{"enum":["x",1,null]}})"},
        Case{"Const", R"({"const":{"a":[1,2]}})"},
        Case{"EnumAndType", R"({"type":"string","enum":[1,"a",null,"b"]})"},
        Case{"Numbers",
             R"({"type":"array","minItems":5,"items":{"type":"number","exclusiveMinimum":0,
             "maximum":1}})"},
        Case{"Integers", R"({"type":"integer","minimum":-7,"maximum":-3,"multipleOf":2})"},
        Case{"Narrow", R"({"type":"integer","exclusiveMinimum":4,"exclusiveMaximum":6})"},
        Case{"Steps", R"({"type":"number","minimum":0.1,"multipleOf":0.05})"},
        Case{"Strings", R"({"type":"string","minLength":30,"maxLength":31})"},
        Case{"Short", R"({"type":"string","maxLength":2})"},
        Case{"AnyOf", R"({"anyOf":[{"type":"string"},{"type":"object","required":["z"]}]})"},
        Case{"OneOf", R"({"oneOf":[{"type":"integer"},{"type":"number"}]})"},
        Case{"Discriminated", R"({"oneOf":[
             {"type":"object","properties":{"k":{"const":"a"},"x":{"type":"integer"}},"required":["k","x"]},
             {"type":"object","properties":{"k":{"const":"b"}},"required":["k"]}]})"},
        Case{"AllOf",
             R"({"allOf":[{"type":"object","properties":{"a":{"minimum":3}},"required":["a"]},
             {"properties":{"a":{"type":"integer","maximum":4},"b":{"type":"null"}},"required":["b"]}]})"},
        Case{"Linked",
             R"({"$defs":{"node":{"type":"object","properties":{"value":{"type":"integer"},
             "next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["value","next"],
             "additionalProperties":false}},"$ref":"#/$defs/node"})"},
        Case{"Tree", R"({"type":"object","properties":{"children":{"type":"array","minItems":0,
             "items":{"$ref":"#"}},"name":{"type":"string"}},"required":["children","name"]})"},
        Case{"RefAndMore", R"({"$defs":{"n":{"type":"integer"}},"$ref":"#/$defs/n","minimum":50})"},
        Case{"Pattern", R"({"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}(-x|-y)?$"})"},
        Case{"PatternAndLength",
             R"({"type":"string","pattern":"^[a-z]+$","minLength":3,"maxLength":4})"}),
    [](const auto& info) { return info.param.name; });

TEST(Instance, GivesUpOnWhatHasNoValue) {
  for (
      const char* schema :
      {"false", R"({"type":"integer","minimum":5,"maximum":4})",
       R"({"$defs":{"a":{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"required":["a"]}},
            "$ref":"#/$defs/a"})",
       R"({"allOf":[{"type":"string"},{"type":"null"}]})", R"({"$ref":"#"})",
       R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})", R"({"$ref":"#/default","default":{"enum":5}})",
       R"({"type":"string","pattern":"(?=x)y"})"}) {
    Random random(1);
    EXPECT_FALSE(Instance(Parse(schema), random)) << schema;
  }
}

TEST(Instance, EndsWhateverThePattern) {
  Random random(1);
  EXPECT_FALSE(MatchingText("(((a{0}){1000}){1000}){1000}", random));
  EXPECT_LE(MatchingText("((((a{1000}){1000}){1000}){1000})", random).value_or("").size(), 10'000u);
}

TEST(Formats, LookLikeThemselves) {
  const auto text = [](const char* format) {
    return Make({{"type", "string"}, {"format", format}}).get<std::string>();
  };
  const auto matches = [](const std::string& value, const char* pattern) {
    return std::regex_match(value, std::regex(pattern));
  };
  EXPECT_TRUE(matches(text("date-time"), R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"));
  EXPECT_TRUE(matches(text("date"), R"(\d{4}-\d\d-\d\d)"));
  EXPECT_TRUE(matches(text("time"), R"(\d\d:\d\d:\d\dZ)"));
  EXPECT_TRUE(matches(text("duration"), R"(PT\d+M)"));
  EXPECT_TRUE(matches(text("email"), R"([a-z]+@example\.com)"));
  EXPECT_TRUE(matches(text("hostname"), R"([a-z]+\.example\.com)"));
  EXPECT_TRUE(matches(text("ipv4"), R"(192\.0\.2\.\d+)"));
  EXPECT_TRUE(
      matches(text("uuid"), R"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12})"));
  EXPECT_TRUE(matches(text("uri"), R"(https://example\.com/[a-z]+)"));
}

TEST(SchemaFault, NamesThePlace) {
  const auto fault = [](const char* schema, SchemaRules rules) {
    return SchemaFault(Parse(schema), rules).value_or("");
  };
  EXPECT_EQ(fault(R"({"properties":{"a":{"not":{}}}})", SchemaRules::kSupported),
            "In context=('properties', 'a'), 'not' is not permitted.");
  EXPECT_EQ(fault(R"({"properties":{"a":{"not":{}}}})", SchemaRules::kLoose), "");
  EXPECT_NE(fault(R"({"$ref":"#/$defs/none"})", SchemaRules::kLoose), "");
  EXPECT_NE(fault(R"({"type":"text"})", SchemaRules::kLoose), "");
  EXPECT_NE(fault(R"({"anyOf":[]})", SchemaRules::kLoose), "");
  EXPECT_NE(fault(R"({"items":3})", SchemaRules::kLoose), "");
  EXPECT_NE(fault(R"({"enum":[]})", SchemaRules::kLoose), "");
  const char* open = R"({"type":"object","properties":{"a":{}},"required":["a"]})";
  EXPECT_NE(fault(open, SchemaRules::kStrict).find("additionalProperties"), std::string::npos);
  const char* optional = R"({"type":"object","properties":{"a":{}},"additionalProperties":false})";
  EXPECT_NE(fault(optional, SchemaRules::kStrict).find("Missing 'a'"), std::string::npos);
  EXPECT_NE(fault(R"({"type":"array"})", SchemaRules::kStrict).find("object"), std::string::npos);
}

TEST(Text, HasExactlyTheTokensAskedFor) {
  for (int64_t tokens : {0, 1, 2, 17, 500}) {
    Random random(static_cast<uint64_t>(tokens));
    EXPECT_EQ(CountTokens(Sentences(random, tokens)), tokens);
  }
}

TEST(Text, NeverCutsACharacter) {
  const std::string text = "äöüäöüäöü 你好世界 x";
  std::string joined;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view token = rest.substr(0, TokenBytes(rest));
    EXPECT_NE(static_cast<unsigned char>(rest[0]) & 0xC0, 0x80);
    EXPECT_LE(token.size(), 8u);
    joined += token;
    rest.remove_prefix(token.size());
  }
  EXPECT_EQ(joined, text);
  EXPECT_EQ(PieceBytes("äx", 1), 2u);
  EXPECT_EQ(FirstTokens("one two three", 2), "one two");
}

}  // namespace
}  // namespace inferwire::simulator
