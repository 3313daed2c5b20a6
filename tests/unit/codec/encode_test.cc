#include "codec/encode.h"

#include <limits>

#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using v1::ChatCompletion;
using v1::ChatCompletionParams;
using v1::ChatMessage;

TEST(Encode, TypedFieldsInOrderThenExtraByName) {
  EXPECT_EQ(
      Write<ChatCompletionParams>(R"(user: "u" n: 2 model: "m" stop: "a"
      extra { key: "z" value: "1" } extra { key: "b" value: " [ 2 ] " } metadata { key: "k" value: "v" })"),
      R"({"model":"m","stop":["a"],"n":2,"metadata":{"k":"v"},"user":"u","b": [ 2 ] ,"z":1})");
}

TEST(Encode, ScalarsWithoutPresenceAreAlwaysWritten) {
  EXPECT_EQ(Write<v1::Choice>(""), R"({"index":0})");
  EXPECT_EQ(Write<v1::FunctionCall>(""), R"({"name":"","arguments":""})");
  EXPECT_EQ(Write<v1::TokenLogProb>(""), R"({"token":"","logprob":0})");
  EXPECT_EQ(Write<v1::InputAudio>(""), R"({"data":"","format":""})");
  EXPECT_EQ(Write<v1::ImageUrl>(""), "{}");
  EXPECT_EQ(Write<v1::ToolCallDelta>(""), "{}");
}

TEST(Encode, ContentIsNullIfThereIsNone) {
  EXPECT_EQ(Write<ChatMessage>(""), R"({"content":null})");
  EXPECT_EQ(Write<ChatMessage>("content: ''"), R"({"content":""})");
  EXPECT_EQ(Write<ChatMessage>("content_parts { text: 'a' }"),
            R"({"content":[{"type":"text","text":"a"}]})");
  EXPECT_EQ(Write<ChatMessage>("extra { key: 'content' value: '{}' }"), R"({"content":{}})");
}

TEST(Encode, ConstantsComeFirst) {
  EXPECT_EQ(Write<v1::Prediction>("content: 'x'"), R"({"type":"content","content":"x"})");
  EXPECT_EQ(Write<v1::ChatCompletionChunk>(""), R"({"object":"chat.completion.chunk"})");
  EXPECT_EQ(Write<v1::ChatCompletionChunk>(R"(extra { key: "object" value: "\"x\"" })"),
            R"({"object":"x"})");
}

TEST(Encode, ImagesBecomeDataUrls) {
  EXPECT_EQ(Write<v1::ImageUrl>("data: 'Hi' mime_type: 'image/png' detail: 'low'"),
            R"({"detail":"low","url":"data:image/png;base64,SGk="})");
  EXPECT_EQ(Write<v1::FilePart>("data: 'Hi' mime_type: 'a/b'"),
            R"({"file_data":"data:a/b;base64,SGk="})");
}

TEST(Encode, MediaTypesAreNeededAndChecked) {
  EXPECT_EQ(Refusal<v1::ImageUrl>("data: 'Hi'"), "INVALID_PARAMETER mime_type");
  EXPECT_EQ(Refusal<v1::FilePart>("data: ''"), "INVALID_PARAMETER mime_type");
  EXPECT_EQ(Refusal<v1::FilePart>("data: 'Hi' mime_type: 'a,b'"), "INVALID_PARAMETER mime_type");
  EXPECT_EQ(Refusal<v1::FilePart>("data: 'Hi' mime_type: 'a\"b'"), "INVALID_PARAMETER mime_type");
  EXPECT_EQ(Refusal<v1::FilePart>("mime_type: 'a/b'"), "INVALID_PARAMETER mime_type");
  EXPECT_EQ(Refusal<v1::ImageUrl>("url: 'u' mime_type: 'a/b'"), "INVALID_PARAMETER mime_type");
}

TEST(Encode, TwoFieldsForOneMemberAreRefused) {
  EXPECT_EQ(Refusal<ChatMessage>("content: '' content_parts { text: 'a' }"),
            "INVALID_PARAMETER content_parts");
  EXPECT_EQ(Refusal<v1::ImageUrl>("url: '' data: 'x' mime_type: 'a/b'"), "INVALID_PARAMETER data");
}

TEST(Encode, NumbersThatJsonLacksAreRefused) {
  ChatCompletionParams params;
  params.set_temperature(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(EncodeError(params).fields.at(0).field, "temperature");
  params.set_temperature(std::numeric_limits<double>::infinity());
  EXPECT_EQ(EncodeError(params).fields.at(0).field, "temperature");
}

TEST(Encode, TimesAreWholeSecondsInRange) {
  EXPECT_EQ(Write<v1::AudioOutput>("expires_at { seconds: 5 }"), R"({"id":"","expires_at":5})");
  EXPECT_EQ(Refusal<v1::AudioOutput>("expires_at { nanos: 5 }"), "INVALID_PARAMETER expires_at");
  EXPECT_EQ(Refusal<v1::AudioOutput>("expires_at { seconds: 253402300800 }"),
            "INVALID_PARAMETER expires_at");
  EXPECT_EQ(Refusal<v1::AudioOutput>("expires_at { seconds: -62135596801 }"),
            "INVALID_PARAMETER expires_at");
}

TEST(Encode, EnumsNeedAText) {
  EXPECT_EQ(Write<ChatMessage>("role: ROLE_DEVELOPER content: ''"),
            R"({"role":"developer","content":""})");
  EXPECT_EQ(
      Write<ChatMessage>(R"(role: ROLE_OTHER content: '' extra { key: "role" value: "\"x\"" })"),
      R"({"content":"","role":"x"})");
  EXPECT_EQ(Refusal<ChatMessage>("role: ROLE_OTHER"), "INVALID_PARAMETER role");
  EXPECT_EQ(Refusal<ChatMessage>("role: 12"), "INVALID_PARAMETER role");
}

TEST(Encode, JsonTextsAreCheckedAndCopied) {
  EXPECT_EQ(Write<v1::CustomTool>(R"(name: "c" format_json: "{ \"b\":1.0,\"a\":[ ] }")"),
            R"({"name":"c","format":{ "b":1.0,"a":[ ] }})");
  for (const char* bad : {"", " ", "{", "{}x", "{'a':1}", "\\\\ud800"}) {
    EXPECT_EQ(Refusal<v1::CustomTool>("format_json: \"" + std::string(bad) + "\""),
              "INVALID_JSON_FIELD format_json");
  }
  EXPECT_EQ(Refusal<ChatMessage>("annotations_json: '1' annotations_json: '{'"),
            "INVALID_JSON_FIELD annotations_json[1]");
}

TEST(Encode, JsonTextsKeepToTheLimits) {
  const auto tool = Proto<v1::CustomTool>("format_json: '[[1,2]]'");
  EXPECT_EQ(Encode(tool, {.limits = {.max_depth = 2}}), R"({"name":"","format":[[1,2]]})");
  EXPECT_EQ(EncodeError(tool, {.limits = {.max_depth = 1}}).fields.at(0).field, "format_json");
  EXPECT_EQ(EncodeError(tool, {.limits = {.max_nodes = 3}}).fields.at(0).field, "format_json");
  EXPECT_EQ(EncodeError(tool, {.limits = {.max_bytes = 6}}).fields.at(0).field, "format_json");
}

TEST(Encode, ErrorsNameThePathAsACallerWritesIt) {
  EXPECT_EQ(Refusal<ChatCompletionParams>("tools { function { parameters_json: '{' } }"),
            "INVALID_JSON_FIELD tools[0].function.parameters_json");
  EXPECT_EQ(Refusal<ChatCompletionParams>(
                "messages {} messages {} messages { extra { key: 'x' value: '{' } }"),
            "INVALID_JSON_FIELD messages[2].extra[\"x\"]");
  EXPECT_EQ(Refusal<ChatCompletionParams>("messages { content_parts { image_url { data: 'x' } } }"),
            "INVALID_PARAMETER messages[0].content_parts[0].image_url.mime_type");
  EXPECT_EQ(Refusal<ChatCompletionParams>("messages { content_parts {} }"),
            "INVALID_PARAMETER messages[0].content_parts[0]");
  const Error error = EncodeError(Proto<ChatCompletionParams>("tools { raw_json: 'secret' }"));
  EXPECT_EQ(error.message, "tools[0].raw_json: invalid JSON: unexpected character at byte 0");
}

TEST(Encode, AppendsToWhatIsThere) {
  std::string out = "[";
  ASSERT_TRUE(AppendJson(Proto<v1::NamedTool>("name: 'a'"), out).ok());
  EXPECT_EQ(out, R"([{"name":"a"})");
}

TEST(Encode, MoreMembersCloseTheOutermostObject) {
  const EncodeOptions options = {.more_members = R"("stream":true)"};
  EXPECT_EQ(Encode(Proto<ChatCompletionParams>("model: 'm' audio {}"), options),
            R"({"model":"m","audio":{},"stream":true})");
  EXPECT_EQ(Encode(v1::Delta(), options), R"({"stream":true})");
}

TEST(Encode, LeavesOutOneFieldOfTheOutermostMessageAlone) {
  const EncodeOptions no_model = {.leave_out =
                                      ChatCompletionParams::descriptor()->FindFieldByName("model")};
  EXPECT_EQ(Encode(Proto<ChatCompletionParams>("model: 'm' audio {}"), no_model),
            R"({"audio":{}})");
  const EncodeOptions no_name = {.leave_out = v1::NamedTool::descriptor()->FindFieldByName("name")};
  EXPECT_EQ(
      Encode(Proto<ChatCompletionParams>("model: 'm' tools { function { name: 'f' } }"), no_name),
      Encode(Proto<ChatCompletionParams>("model: 'm' tools { function { name: 'f' } }")));
}

TEST(Encode, UnknownFieldsAreRefusedOrLeftOut) {
  // Field 77, a varint: nobody's.
  const std::string unknown = "\xE8\x04\x05";
  auto params = Proto<ChatCompletionParams>("model: 'm' messages { content: 'a' }");
  params.mutable_messages(0)->MergeFromString(unknown + std::string("\xF0\x04\x05", 3));
  const Error error = EncodeError(params);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_UNKNOWN_PROTO_FIELD);
  EXPECT_EQ(error.fields.at(0).field, "messages[0].77");
  EXPECT_THAT(error.message, testing::HasSubstr("77, 78"));
  EXPECT_EQ(Encode(params, {.refuse_unknown_fields = false}),
            R"({"model":"m","messages":[{"content":"a"}]})");

  auto format = Proto<v1::ResponseFormat>("text {}");
  format.mutable_text()->MergeFromString(unknown);
  EXPECT_EQ(EncodeError(format).fields.at(0).field, "text.77");
  auto audio = Proto<v1::AudioOutput>("expires_at { seconds: 1 }");
  audio.mutable_expires_at()->MergeFromString(unknown);
  EXPECT_EQ(EncodeError(audio).fields.at(0).field, "expires_at.77");
}

TEST(RefuseUnknownFields, LooksIntoEveryMessage) {
  const std::string unknown = "\xE8\x04\x05";
  auto params = Proto<ChatCompletionParams>(
      "messages {} messages { audio { id: 'a' } } metadata { key: 'a' value: 'b' }");
  EXPECT_TRUE(RefuseUnknownFields(params).ok());
  params.mutable_messages(1)->mutable_audio()->MergeFromString(unknown);
  const auto done = RefuseUnknownFields(params);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().reason, v1::ERROR_REASON_UNKNOWN_PROTO_FIELD);
  EXPECT_EQ(done.error().fields.at(0).field, "messages[1].audio.77");

  v1::NamedTool many;
  for (char field = 0; field < 10; ++field) {
    many.MergeFromString(std::string{static_cast<char>(0xE8), static_cast<char>(4 + field), 5});
  }
  EXPECT_THAT(RefuseUnknownFields(many).error().message, testing::EndsWith(", ..."));
}

}  // namespace
}  // namespace inferwire::codec
