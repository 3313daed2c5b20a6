// How definitions of tools and schemas are written for a model.
#include "tokens/tool_notation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tokens/schema_type.h"

namespace inferwire::tokens {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ToolNotation, WritesAFunctionAsAType) {
  ToolNotation tools;
  EXPECT_TRUE(tools.empty());
  tools.AddFunction("weather", "Tells the weather.\nOf a city.", R"({
    "type": "object", "required": ["city"], "additionalProperties": false,
    "properties": {
      "city": {"type": "string", "description": "Its \u00e9name"},
      "unit": {"type": "string", "enum": ["c", "f"], "default": "c"},
      "days": {"type": "array", "items": {"type": "integer"}}}})");
  EXPECT_EQ(tools.Text(),
            "# Tools\n\n## functions\n\nnamespace functions {\n\n"
            "// Tells the weather.\n// Of a city.\n"
            "type weather = (_: {\n// Its éname\ncity: string,\n"
            "unit?: \"c\" | \"f\", // default: \"c\"\ndays?: integer[],\n}) => any;\n\n"
            "} // namespace functions");
}

TEST(ToolNotation, KnowsTheFormsOfASchema) {
  const auto type_of = [](const std::string& schema) {
    return ParametersType(R"({"$defs":{"D":{"type":"object","properties":{"y":{"type":"null"}}}},)"
                          R"("properties":{"x":)" +
                          schema + "}}");
  };
  EXPECT_EQ(type_of(R"({"type":["string","null"]})"), "{\nx?: string | null,\n}");
  EXPECT_EQ(type_of(R"({"anyOf":[{"type":"number"},{"const":7}]})"), "{\nx?: number | 7,\n}");
  EXPECT_EQ(type_of(R"({"$ref":"#/$defs/D"})"), "{\nx?: {\ny?: null,\n},\n}");
  EXPECT_EQ(type_of(R"({"type":"array","items":{"$ref":"#/$defs/D"}})"),
            "{\nx?: {\ny?: null,\n}[],\n}");
  EXPECT_EQ(type_of(R"({"type":"object"})"), "{\nx?: object,\n}");
  EXPECT_EQ(type_of(R"({"type":"array"})"), "{\nx?: any[],\n}");
  for (const char* const any : {"{}", "true", "[]", "7", R"({"type":5})", R"({"$ref":"#/none"})",
                                R"({"$ref":"http://x"})", R"({"$ref":7})", R"({"items":3})"}) {
    EXPECT_EQ(type_of(any), "{\nx?: any,\n}") << any;
  }
  for (const char* const none :
       {"{}", "[]", "null", R"({"properties":{}})", R"({"properties":3})"}) {
    EXPECT_EQ(ParametersType(none), "") << none;
  }
}

TEST(ToolNotation, ShowsWhatItCannotReadAsItCame) {
  ToolNotation tools;
  tools.AddFunction("f", "", "{not json");
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  tools.AddFunction("g", "", deep);
  EXPECT_THAT(tools.Text(), HasSubstr("type f = ({not json) => any;"));
  EXPECT_THAT(tools.Text(), HasSubstr(deep));
  EXPECT_THAT(SchemaNotation("s", "{", true), HasSubstr("## s\n\n{"));
}

TEST(ToolNotation, GivesAGrammarWithoutItsIndentation) {
  ToolNotation tools;
  tools.AddCustom("math", "Adds.",
                  R"({"type":"grammar","definition":"\n   start: expr\n\n  expr: INT\n"})");
  EXPECT_THAT(tools.Text(),
              HasSubstr("// Adds.\n// start: expr\n// expr: INT\ntype math = (FREEFORM) => any;"));
  EXPECT_GT(tools.unseen_tokens(), 0);
  ToolNotation chat, plain;
  chat.AddCustom("math", "", R"({"type":"grammar","grammar":{"definition":"start: INT"}})");
  EXPECT_THAT(chat.Text(), HasSubstr("// start: INT\n"));
  plain.AddCustom("note", "", "");
  EXPECT_EQ(plain.unseen_tokens(), 0);
}

TEST(SchemaNotation, LeavesOutWhatModelsAreNotShown) {
  const char* const schema =
      R"({"type": "object", "required": ["a"], "additionalProperties": false,
          "properties": {"a": {"type": "integer", "minimum": 1, "title": "A b"}}})";
  EXPECT_EQ(
      SchemaNotation("s", schema, /*whole=*/true),
      "# Response Formats\n\n## s\n\n"
      R"({"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":1,"title":"A b"}}})");
  EXPECT_THAT(SchemaNotation("s", schema, /*whole=*/false),
              AllOf(Not(HasSubstr("required")), Not(HasSubstr("minimum"))));
}

// References that double at each step, and lists of what is required: it ends soon, and small.
TEST(ToolNotation, OfAHostileSchemaTakesNoTime) {
  std::string doubling = R"({"$defs":{)";
  for (int i = 0; i < 300; ++i) {
    const std::string next = R"({"$ref":"#/$defs/d)" + std::to_string((i + 1) % 300) + "\"}";
    doubling += (i ? ",\"d" : "\"d") + std::to_string(i) + R"(":{"anyOf":[)" + next + "," + next +
                "," + next + "," + next + "]}";
  }
  doubling += R"(},"properties":{"x":{"$ref":"#/$defs/d0"},"y":{"$ref":"#/$defs/d0"}}})";
  std::string wide = R"({"required":[)";
  for (int i = 0; i < 3000; ++i) wide += (i ? ",\"p" : "\"p") + std::to_string(i) + "\"";
  wide += R"(],"properties":{)";
  for (int i = 0; i < 3000; ++i) wide += (i ? ",\"p" : "\"p") + std::to_string(i) + "\":{}";
  wide += "}}";
  std::string self = R"({"properties":{"me":{"$ref":"#"},"child":{"$ref":"#/properties/child"}}})";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_LT(ParametersType(doubling).size(), 1u << 20);
  EXPECT_LT(ParametersType(wide).size(), 1u << 20);
  EXPECT_LT(ParametersType(self).size(), 1u << 20);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace inferwire::tokens
