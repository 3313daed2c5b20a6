#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using v1::ChatCompletionParams;

// The message with one entry in extra, given as JSON text.
template <class T>
T With(const std::string& text, const std::string& name, const std::string& json) {
  T message = Proto<T>(text);
  (*message.mutable_extra())[name] = json;
  return message;
}

template <class T>
std::string Conflict(const std::string& text, const std::string& name, const std::string& json) {
  const Error error = EncodeError(With<T>(text, name, json));
  return std::string(ReasonName(error.reason)) + " " + error.fields.at(0).field;
}

TEST(EncodeExtra, AValueEqualToTheFieldIsAccepted) {
  EXPECT_EQ(Encode(With<v1::AudioParams>("voice: 'a'", "voice", R"( "\u0061" )")),
            R"({"voice":"a"})");
  EXPECT_EQ(Encode(With<v1::ChatMessage>("content_parts { text: 'a' }", "content",
                                         R"([{"text":"a","type":"text"}])")),
            R"({"content":[{"type":"text","text":"a"}]})");
  EXPECT_EQ(Encode(With<v1::ChatMessage>("role: ROLE_USER content: ''", "role", "\"user\"")),
            R"({"role":"user","content":""})");
  EXPECT_EQ(Encode(With<ChatCompletionParams>("n: 2", "n", "2.0")), R"({"model":"","n":2})");
}

TEST(EncodeExtra, ADifferentValueIsAConflict) {
  EXPECT_EQ(Conflict<ChatCompletionParams>("n: 2", "n", "3"), "EXTRA_CONFLICT extra[\"n\"]");
  EXPECT_EQ(Conflict<ChatCompletionParams>("n: 2", "n", "null"), "EXTRA_CONFLICT extra[\"n\"]");
  EXPECT_EQ(Conflict<ChatCompletionParams>("model: 'm'", "model", "\"x\""),
            "EXTRA_CONFLICT extra[\"model\"]");
  EXPECT_EQ(Conflict<ChatCompletionParams>("stop: 'a'", "stop", "\"a\""),
            "EXTRA_CONFLICT extra[\"stop\"]");
  EXPECT_EQ(Conflict<v1::ChatMessage>("role: ROLE_USER", "role", "\"tool\""),
            "EXTRA_CONFLICT extra[\"role\"]");
  EXPECT_EQ(Conflict<v1::CustomTool>("format_json: '{}'", "format", "[]"),
            "EXTRA_CONFLICT extra[\"format\"]");
  EXPECT_EQ(Conflict<v1::ContentPart>("text: 'a'", "text", "\"b\""),
            "EXTRA_CONFLICT extra[\"text\"]");
  EXPECT_EQ(Conflict<v1::ContentPart>("text: 'a'", "type", "\"b\""),
            "EXTRA_CONFLICT extra[\"type\"]");
  EXPECT_EQ(Conflict<v1::ResponseFormat>("json_object {}", "type", "\"text\""),
            "EXTRA_CONFLICT extra[\"type\"]");
}

TEST(EncodeExtra, AKnownNameWhoseFieldIsUnsetIsWritten) {
  EXPECT_EQ(Encode(With<ChatCompletionParams>("model: 'm'", "n", "3")), R"({"model":"m","n":3})");
  EXPECT_EQ(Encode(With<v1::FunctionTool>("", "name", "5")), R"({"name":5})");
  EXPECT_EQ(Encode(With<v1::ChatMessage>("content: ''", "tool_calls", "[]")),
            R"({"content":"","tool_calls":[]})");
  EXPECT_EQ(Encode(With<v1::ContentPart>("text: 'a'", "image_url", "{}")),
            R"({"type":"text","text":"a","image_url":{}})");
  EXPECT_EQ(Encode(With<v1::ContentPart>("text: 'a'", "type", "\"text\"")),
            R"({"type":"text","text":"a"})");
}

TEST(EncodeExtra, ValuesMustBeJson) {
  EXPECT_EQ(Conflict<ChatCompletionParams>("", "x", ""), "INVALID_JSON_FIELD extra[\"x\"]");
  EXPECT_EQ(Conflict<ChatCompletionParams>("", "x", "1,\"stream\":true"),
            "INVALID_JSON_FIELD extra[\"x\"]");
  const EncodeOptions shallow = {.limits = {.max_depth = 1}};
  EXPECT_EQ(Encode(With<v1::Delta>("", "x", "[]"), shallow), R"({"x":[]})");
  EXPECT_EQ(EncodeError(With<v1::Delta>("", "x", "[[]]"), shallow).fields.at(0).field,
            "extra[\"x\"]");
}

TEST(EncodeExtra, NamesAreEscapedInJsonAndInErrors) {
  EXPECT_EQ(Encode(With<v1::Delta>("", std::string("a\"\n\0", 4), "1")), R"({"a\"\n\u0000":1})");
  EXPECT_EQ(Conflict<v1::Delta>("", "a\"\n", "?"), R"(INVALID_JSON_FIELD extra["a\"\n"])");
  // 63 bytes and a two-byte character: the cut is before it.
  EXPECT_EQ(Conflict<v1::Delta>("", std::string(63, 'x') + "\xC3\xA9\xC3\xA9", "?"),
            "INVALID_JSON_FIELD extra[\"" + std::string(63, 'x') + "...\"]");
}

TEST(EncodeExtra, ReservedNamesAreRefusedInTheOutermostObjectOnly) {
  constexpr std::string_view kReserved[] = {"stream", "stream_options"};
  const EncodeOptions options = {.reserved = kReserved};
  const Error error = EncodeError(With<ChatCompletionParams>("", "stream", "false"), options);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_INVALID_PARAMETER);
  EXPECT_EQ(error.fields.at(0).field, "extra[\"stream\"]");
  const auto inner = Proto<ChatCompletionParams>("audio { extra { key: 'stream' value: '1' } }");
  EXPECT_EQ(Encode(inner, options), R"({"model":"","audio":{"stream":1}})");
}

}  // namespace
}  // namespace inferwire::codec
