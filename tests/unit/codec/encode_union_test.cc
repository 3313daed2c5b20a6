#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using v1::ToolCall;
using v1::ToolChoice;

TEST(EncodeUnion, WritesTheTypeThenThePayload) {
  EXPECT_EQ(Write<ToolCall>("id: 'c' function { name: 'f' arguments: '{' }"),
            R"({"id":"c","type":"function","function":{"name":"f","arguments":"{"}})");
  EXPECT_EQ(Write<v1::ContentPart>("refusal: 'no' extra { key: 'x' value: '1' }"),
            R"({"type":"refusal","refusal":"no","x":1})");
  EXPECT_EQ(Write<v1::ResponseFormat>("json_object {}"), R"({"type":"json_object"})");
}

TEST(EncodeUnion, TheEnumCaseIsABareString) {
  EXPECT_EQ(Write<ToolChoice>("mode: TOOL_CHOICE_MODE_REQUIRED"), "\"required\"");
  EXPECT_EQ(
      Write<ToolChoice>(R"(mode: TOOL_CHOICE_MODE_OTHER extra { key: "mode" value: "\"x\"" })"),
      "\"x\"");
  EXPECT_EQ(Refusal<ToolChoice>("mode: TOOL_CHOICE_MODE_UNSPECIFIED"), "INVALID_PARAMETER mode");
  EXPECT_EQ(Refusal<ToolChoice>("mode: 9"), "INVALID_PARAMETER mode");
  EXPECT_EQ(Refusal<ToolChoice>("mode: TOOL_CHOICE_MODE_OTHER"), "INVALID_PARAMETER mode");
  EXPECT_EQ(Refusal<ToolChoice>("mode: TOOL_CHOICE_MODE_OTHER extra { key: 'mode' value: '{' }"),
            "INVALID_JSON_FIELD extra[\"mode\"]");
  EXPECT_EQ(Refusal<ToolChoice>("mode: TOOL_CHOICE_MODE_AUTO extra { key: 'x' value: '1' }"),
            "INVALID_PARAMETER mode");
}

TEST(EncodeUnion, RawJsonIsTheWholeValue) {
  EXPECT_EQ(Write<ToolCall>("raw_json: ' [ 1 ] '"), " [ 1 ] ");
  EXPECT_EQ(Refusal<ToolCall>("raw_json: ''"), "INVALID_JSON_FIELD raw_json");
  EXPECT_EQ(Refusal<ToolCall>("raw_json: '{}' id: 'c'"), "INVALID_PARAMETER raw_json");
  EXPECT_EQ(Refusal<ToolCall>("raw_json: '{}' extra { key: 'x' value: '1' }"),
            "INVALID_PARAMETER raw_json");
}

TEST(EncodeUnion, OneCaseMustBeSet) {
  EXPECT_EQ(Refusal<v1::ChatCompletionParams>("tool_choice {}"), "INVALID_PARAMETER tool_choice");
  EXPECT_EQ(Refusal<v1::ChatCompletionParams>("tools { extra { key: 'x' value: '1' } }"),
            "INVALID_PARAMETER tools[0]");
  EXPECT_EQ(EncodeError(v1::Tool()).message,
            "one of these must be set: function, custom, raw_json");
}

}  // namespace
}  // namespace inferwire::codec
