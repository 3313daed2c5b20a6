#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using v1::ContentPart;
using v1::ResponseFormat;
using v1::Tool;
using v1::ToolCall;

std::string Choice(const std::string& value) {
  const auto params = Decode<v1::ChatCompletionParams>("{\"tool_choice\":" + value + "}");
  return params.tool_choice().ShortDebugString();
}

template <class T>
void ExpectRaw(const std::string& json) {
  const T message = Decode<T>(json);
  EXPECT_EQ(message.raw_json(), json);
  T only;
  only.set_raw_json(json);
  EXPECT_EQ(message.ByteSizeLong(), only.ByteSizeLong()) << message.ShortDebugString();
}

TEST(DecodeUnion, TheTypeNamesTheCase) {
  EXPECT_EQ(Read<ContentPart>(R"({"type":"text","text":"a"})"), "text: \"a\"");
  EXPECT_EQ(Read<ContentPart>(R"({"text":"a","type":"text"})"), "text: \"a\"");
  EXPECT_EQ(Read<ContentPart>(R"({"t\u0079pe":"te\u0078t","\u0074ext":"a"})"), "text: \"a\"");
  EXPECT_EQ(Read<ContentPart>(R"({"type":"refusal","refusal":""})"), "refusal: \"\"");
  EXPECT_EQ(Read<ToolCall>(R"({"type":"custom","id":"c","custom":{"name":"n"}})"),
            "id: \"c\" custom { name: \"n\" }");
}

TEST(DecodeUnion, SiblingsGoToExtra) {
  EXPECT_EQ(Read<ContentPart>(R"({"type":"text","text":"a","image_url":{},"x":null})"),
            "text: \"a\" extra { key: \"image_url\" value: \"{}\" } extra { key: \"x\" value: "
            "\"null\" }");
  EXPECT_EQ(Read<ContentPart>(R"({"type":"text","text":"a","image_url":null})"), "text: \"a\"");
  EXPECT_EQ(Read<ContentPart>(R"({"type":"text","text":"a","raw_json":"b"})"),
            "text: \"a\" extra { key: \"raw_json\" value: \"\\\"b\\\"\" }");
}

TEST(DecodeUnion, APayloadWithoutFieldsNeedsOnlyTheType) {
  EXPECT_EQ(Read<ResponseFormat>(R"({"type":"json_object"})"), "json_object { }");
  EXPECT_EQ(Read<ResponseFormat>(R"({"type":"text","text":1,"text":2})"),
            "text { } extra { key: \"text\" value: \"2\" }");
}

TEST(DecodeUnion, WithoutATypeTheOnlyPayloadDecides) {
  EXPECT_EQ(Read<ToolCall>(R"({"id":"c","function":{"name":"f","arguments":"{}"}})"),
            "id: \"c\" function { name: \"f\" arguments: \"{}\" }");
  EXPECT_EQ(Read<ToolCall>(R"({"type":null,"function":{"name":"f"},"custom":null})"),
            "function { name: \"f\" }");
  ExpectRaw<ToolCall>(R"({"function":{"name":"f"},"custom":{"name":"c"}})");
  ExpectRaw<ToolCall>(R"({"id":"c"})");
  ExpectRaw<ToolCall>(R"({"function":"f"})");
  ExpectRaw<ResponseFormat>(R"({"json_object":{}})");
}

TEST(DecodeUnion, WhatHasNoCaseStaysWhole) {
  ExpectRaw<Tool>(R"({"type":"web_search", "x":1})");
  ExpectRaw<Tool>(R"({"type":"function"})");
  ExpectRaw<Tool>(R"({"type":"function","function":null})");
  ExpectRaw<Tool>(R"({"type":"function","function":[]})");
  ExpectRaw<Tool>(R"({"type":"custom","function":{"name":"f"}})");
  ExpectRaw<Tool>(R"({"type":5,"function":{}})");
  ExpectRaw<Tool>(R"({"type":"","function":{}})");
  ExpectRaw<Tool>(R"({"type":"raw_json","raw_json":"{}"})");
  ExpectRaw<ContentPart>(R"({"type":"text","text":{}})");
  ExpectRaw<v1::ToolChoice>(R"({"type":"mode","mode":"auto"})");
  ExpectRaw<ContentPart>("{}");
}

TEST(DecodeUnion, TheLastOfSeveralEqualNamesCounts) {
  EXPECT_EQ(
      Read<Tool>(R"({"type":"custom","type":"function","function":1,"function":{"name":"f"}})"),
      "function { name: \"f\" }");
  EXPECT_EQ(Read<Tool>(R"({"type":"function","function":{"name":"a"},"function":{"strict":true}})"),
            "function { strict: true }");
  ExpectRaw<Tool>(R"({"type":"function","function":{"name":"f"},"function":null})");
  ExpectRaw<Tool>(R"({"type":"function","type":"x","function":{"name":"f"}})");
}

TEST(DecodeUnion, AStringIsTheEnumCase) {
  EXPECT_EQ(Choice("\"auto\""), "mode: TOOL_CHOICE_MODE_AUTO");
  EXPECT_EQ(Choice("\"\\u006eone\""), "mode: TOOL_CHOICE_MODE_NONE");
  EXPECT_EQ(Choice("\"any\""),
            "mode: TOOL_CHOICE_MODE_OTHER extra { key: \"mode\" value: \"\\\"any\\\"\" }");
  EXPECT_EQ(Choice("[\"auto\"]"), "raw_json: \"[\\\"auto\\\"]\"");
  EXPECT_EQ(Choice("17"), "raw_json: \"17\"");
}

TEST(DecodeUnion, ElementsThatAreNoObjectsStayWhole) {
  const auto message =
      Decode<v1::ChatMessage>(R"({"content":["a",null,1,{"type":"text","text":"b"}]})");
  ASSERT_EQ(message.content_parts_size(), 4);
  EXPECT_EQ(message.content_parts(0).raw_json(), "\"a\"");
  EXPECT_EQ(message.content_parts(1).raw_json(), "null");
  EXPECT_EQ(message.content_parts(2).raw_json(), "1");
  EXPECT_EQ(message.content_parts(3).text(), "b");
}

}  // namespace
}  // namespace inferwire::codec
