#include "codec/decode.h"

#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using v1::ChatCompletion;
using v1::ChatCompletionChunk;
using v1::ChatCompletionParams;
using v1::ChatMessage;

std::string Params(std::string_view json) { return Read<ChatCompletionParams>(json); }

// What goes to extra, as protobuf text.
std::string Extra(const std::string& name, const std::string& text) {
  std::string quoted;
  for (const char c : text) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  return "extra { key: \"" + name + "\" value: \"" + quoted + "\" }";
}

TEST(Decode, KeepsUnknownMembersVerbatim) {
  EXPECT_EQ(Params(R"({"x" : { "b":1.0, "a" : [ ] } , "y":null})"),
            Extra("x", R"({ "b":1.0, "a" : [ ] })") + " " + Extra("y", "null"));
}

TEST(Decode, WhatDoesNotFitGoesToExtra) {
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"model", "5"},
                                                                  {"temperature", "\"1\""},
                                                                  {"temperature", "1e400"},
                                                                  {"n", "1.5"},
                                                                  {"n", "2147483648"},
                                                                  {"n", "-2147483649"},
                                                                  {"n", "true"},
                                                                  {"seed", "9223372036854775808"},
                                                                  {"seed", "\"1\""},
                                                                  {"store", "0"},
                                                                  {"store", "\"true\""},
                                                                  {"messages", "{}"},
                                                                  {"messages", "[{},1]"},
                                                                  {"messages", "\"hi\""},
                                                                  {"modalities", "\"text\""},
                                                                  {"modalities", "[\"a\",null]"},
                                                                  {"stop", "1"},
                                                                  {"stop", "[\"a\",1]"},
                                                                  {"metadata", "[]"},
                                                                  {"metadata", "{\"a\":null}"},
                                                                  {"logit_bias", "{\"a\":1.5}"},
                                                                  {"logit_bias", "{\"a\":\"1\"}"},
                                                                  {"audio", "[]"},
                                                                  {"audio", "\"x\""},
                                                                  {"user", "[\"a\"]"},
                                                                  {"prediction", "false"}}) {
    const std::string json = "{\"" + std::string(name) + "\":" + value + "}";
    EXPECT_EQ(Params(json), Extra(name, value)) << json;
  }
}

TEST(Decode, NullIsUnset) {
  EXPECT_EQ(Params(R"({"model":null,"messages":null,"n":null,"stop":null,"metadata":null,
                       "audio":null,"tool_choice":null,"moderation":null})"),
            "");
  EXPECT_EQ(Read<ChatCompletionChunk>(R"({"choices":[{"finish_reason":null,"logprobs":null}]})"),
            "choices { }");
}

TEST(Decode, WholeNumbersMayBeWrittenAsDoubles) {
  EXPECT_EQ(Params(R"({"n":12.0,"seed":1e3,"temperature":2,"logit_bias":{"5":-1e2}})"),
            "temperature: 2 n: 12 seed: 1000 logit_bias { key: \"5\" value: -100 }");
}

TEST(Decode, TheLastOfSeveralEqualNamesCounts) {
  EXPECT_EQ(Params(R"({"n":1,"n":2})"), "n: 2");
  EXPECT_EQ(Params(R"({"n":"x","n":2})"), "n: 2");
  EXPECT_EQ(Params(R"({"n":2,"n":"x"})"), Extra("n", "\"x\""));
  EXPECT_EQ(Params(R"({"n":2,"n":null})"), "");
  EXPECT_EQ(Params(R"({"stop":["a","b"],"stop":["c"]})"), "stop: \"c\"");
  EXPECT_EQ(Params(R"({"metadata":{"a":"1"},"metadata":{"b":"2","b":"3"}})"),
            "metadata { key: \"b\" value: \"3\" }");
  EXPECT_EQ(Params(R"({"x":1,"x":2})"), Extra("x", "2"));
  EXPECT_EQ(Params(R"({"audio":{"voice":"a"},"audio":{"format":"b"}})"), "audio { format: \"b\" }");
  EXPECT_EQ(Read<ChatMessage>(R"({"content":"a","content":[]})"), "");
  EXPECT_EQ(Read<ChatMessage>(R"({"role":"x","role":"user"})"), "role: ROLE_USER");
  EXPECT_EQ(Params(R"({"n":1,"\u006e":2})"), "n: 2");
}

TEST(Decode, ContentIsToldApartByItsType) {
  EXPECT_EQ(Read<ChatMessage>(R"({"content":"a"})"), "content: \"a\"");
  EXPECT_EQ(Read<ChatMessage>(R"({"content":[{"type":"text","text":"a"}]})"),
            "content_parts { text: \"a\" }");
  EXPECT_EQ(Read<ChatMessage>(R"({"content":{"a":1}})"), Extra("content", R"({"a":1})"));
}

TEST(Decode, ABareStopIsAListOfOne) { EXPECT_EQ(Params(R"({"stop":"x"})"), "stop: \"x\""); }

TEST(Decode, EnumsFallBackToOther) {
  EXPECT_EQ(Read<v1::Choice>(R"({"finish_reason":"tool_calls"})"),
            "finish_reason: FINISH_REASON_TOOL_CALLS");
  EXPECT_EQ(Read<v1::Choice>(R"({"finish_reason":"st\u006fp"})"),
            "finish_reason: FINISH_REASON_STOP");
  for (const char* text :
       {"\"eos\"", "\"\"", "\"other\"", "\"unspecified\"", "\"STOP\"", "7", "{}"}) {
    EXPECT_EQ(Read<v1::Choice>("{\"finish_reason\":" + std::string(text) + "}"),
              "finish_reason: FINISH_REASON_OTHER " + Extra("finish_reason", text));
  }
}

TEST(Decode, TimesAreWholeSecondsInRange) {
  EXPECT_EQ(Read<ChatCompletion>(R"({"created":1760471276})"), "created { seconds: 1760471276 }");
  EXPECT_EQ(Read<ChatCompletion>(R"({"created":253402300799})"),
            "created { seconds: 253402300799 }");
  for (const char* text : {"253402300800", "-62135596801", "1700000000.5", "\"1700000000\""}) {
    EXPECT_EQ(Read<ChatCompletion>("{\"created\":" + std::string(text) + "}"),
              Extra("created", text));
  }
}

TEST(Decode, BytesInEveryEncoding) {
  EXPECT_EQ(Read<v1::AudioOutput>(R"({"data":"SG\/+"})"), "data: \"Ho\\376\"");
  EXPECT_EQ(Read<v1::AudioOutput>(R"({"data":""})"), "data: \"\"");
  for (const char* text : {"\"SGk\"", "\"SGl=\"", "\"S Gk=\"", "5", "[]"}) {
    EXPECT_EQ(Read<v1::AudioOutput>("{\"data\":" + std::string(text) + "}"), Extra("data", text));
  }
  EXPECT_EQ(Read<v1::TokenLogProb>(R"({"bytes":[0, 255,65.0]})"), "bytes: \"\\000\\377A\"");
  for (const char* text : {"[256]", "[-1]", "[1.5]", "[\"a\"]", "[null]", "\"a\"", "{}"}) {
    EXPECT_EQ(Read<v1::TokenLogProb>("{\"bytes\":" + std::string(text) + "}"),
              Extra("bytes", text));
  }
  EXPECT_EQ(Read<v1::FilePart>(R"({"file_data":"data:a\/b;base64,SGk="})"),
            "data: \"Hi\" mime_type: \"a/b\"");
  for (const char* text : {"\"SGk=\"", "\"data:;base64,SGk=\"", "\"data:a/b,Hi\"", "1"}) {
    EXPECT_EQ(Read<v1::FilePart>("{\"file_data\":" + std::string(text) + "}"),
              Extra("file_data", text));
  }
  EXPECT_EQ(Read<v1::FilePart>(R"({"file_data":"data:a/b;base64,SGk=","file_data":"x"})"),
            Extra("file_data", "\"x\""));
  EXPECT_EQ(Read<v1::ImageUrl>(R"({"url":"data:a/b;base64,SGk="})"),
            "url: \"data:a/b;base64,SGk=\"");
}

TEST(Decode, ConstantsAndIgnoredMembersAreDropped) {
  EXPECT_EQ(Read<ChatCompletion>(R"({"object":"chat.completion","obfuscation":"abc"})"), "");
  EXPECT_EQ(Read<ChatCompletion>(R"({"object":"list","obfuscation":{}})"),
            Extra("object", "\"list\""));
  EXPECT_EQ(Read<ChatCompletion>(R"({"object":null})"), "");
  EXPECT_EQ(Read<v1::Prediction>(R"({"type":"content","content":"x"})"), "content: \"x\"");
}

TEST(Decode, StringsAreUnescapedAndAlwaysUtf8) {
  EXPECT_EQ(
      Decode<ChatMessage>(R"({"content":"\u0000\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"})").content(),
      std::string_view("\0\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80", 15));
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(Decode<ChatMessage>(R"({"content":"a\ud83db"})").content(), "a" + r + "b");
  EXPECT_EQ(Decode<ChatMessage>(R"({"content":"\ude00\ud83d"})").content(), r + r);
  EXPECT_EQ(Decode<ChatMessage>(R"({"content":"\ud83d\u0041"})").content(), r + "A");
  EXPECT_EQ(Decode<ChatMessage>("{\"content\":\"a\xFFz\xE2\x82\"}").content(), "a" + r + "z" + r);
  EXPECT_EQ(Decode<ChatMessage>("{\"x\":\"\xFF\"}").extra().at("x"), "\"" + r + "\"");
}

TEST(Decode, NamesAreUnescaped) {
  const auto message = Decode<ChatMessage>(R"({"\u0063ontent":"a","x\u0000\n":1})");
  EXPECT_EQ(message.content(), "a");
  EXPECT_EQ(message.extra().at(std::string("x\0\n", 3)), "1");
}

TEST(Decode, CountsWhatWentToExtra) {
  ChatCompletionChunk chunk;
  DecodeStats stats;
  ASSERT_TRUE(
      FromJson(R"({"x":1,"choices":[{"y":2,"delta":{"z":3,"content":4}}]})", chunk, {}, &stats)
          .ok());
  EXPECT_EQ(stats.unknown_members, 4);
  ASSERT_TRUE(FromJson(R"({"choices":[{"y":2,"z":3},5]})", chunk, {}, &stats).ok());
  EXPECT_EQ(stats.unknown_members, 1);
  ASSERT_TRUE(FromJson(R"({"choices":[]})", chunk, {}, &stats).ok());
  EXPECT_EQ(stats.unknown_members, 0);
}

TEST(Decode, ClearsTheMessageFirst) {
  auto message = Proto<ChatMessage>("content: 'old' extra { key: 'x' value: '1' }");
  ASSERT_TRUE(FromJson("{}", message).ok());
  EXPECT_EQ(message.ByteSizeLong(), 0u);
}

TEST(Decode, FailsOnlyForWhatIsNoJsonObject) {
  for (const char* text : {"", "[]", "\"a\"", "null", "{", "{}x", "<html>", "{\"a\":01}"}) {
    ChatCompletion message;
    const auto done = FromJson(text, message);
    ASSERT_FALSE(done.ok()) << text;
    EXPECT_EQ(done.error().code, Code::kInternal);
    EXPECT_EQ(done.error().reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL);
    EXPECT_EQ(done.error().origin, Origin::kUpstream);
  }
  EXPECT_EQ(Read<ChatCompletion>("\xEF\xBB\xBF {\"id\":\"a\"}\n"), "id: \"a\"");
}

TEST(Decode, KeepsToTheLimits) {
  ChatCompletion message;
  EXPECT_FALSE(FromJson(R"({"x":[[]]})", message, {.max_depth = 2}).ok());
  EXPECT_FALSE(FromJson(R"({"x":"abc"})", message, {.max_string_bytes = 2}).ok());
  EXPECT_FALSE(FromJson(R"({"x":[1,2]})", message, {.max_nodes = 3}).ok());
  EXPECT_FALSE(FromJson(R"({"x":1})", message, {.max_bytes = 6}).ok());
  EXPECT_TRUE(FromJson("{\"\xFF\":1}", message, {.max_mended_bytes = 7}).ok());
  EXPECT_FALSE(FromJson("{\"\xFF\":1}", message, {.max_mended_bytes = 6}).ok());
}

// Ten bytes of JSON become two hundred as an entry of a map.
TEST(Decode, RefusesMoreEntriesThanAllowed) {
  for (const char* text : {
           R"({"a":1,"b":2,"c":3,"d":4})",                       // extra
           R"({"choices":[{"a":1,"b":2},{"c":3},{"d":4}]})",     // of several messages
           R"({"metadata":{"a":"1","b":"2","c":"3","d":"4"}})",  // a map
           R"({"metadata":{"a":"1","b":"2"},"x":1,"y":2})",      // both
           R"({"a":1,"a":2,"a":3,"a":4})",                       // one name, four times
       }) {
    v1::ChatCompletion fits, refused;
    EXPECT_TRUE(FromJson(text, fits, {.max_entries = 4}).ok()) << text;
    const auto result = FromJson(text, refused, {.max_entries = 3});
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_EQ(result.error().reason, v1::ERROR_REASON_RESPONSE_TOO_LARGE);
  }
}

TEST(Decode, WhatIsMoreThanAllowedIsTooLargeAndNotWrong) {
  for (const JsonLimits& limits : {JsonLimits{.max_bytes = 6}, JsonLimits{.max_string_bytes = 2},
                                   JsonLimits{.max_nodes = 3}, JsonLimits{.max_depth = 2}}) {
    ChatCompletion message;
    const auto done = FromJson(R"({"x":["abc",[]]})", message, limits);
    ASSERT_FALSE(done.ok());
    EXPECT_EQ(done.error().reason, v1::ERROR_REASON_RESPONSE_TOO_LARGE) << done.error().message;
    EXPECT_EQ(done.error().code, Code::kInternal);
    EXPECT_EQ(done.error().origin, Origin::kUpstream);
  }
}

TEST(Decode, ANumberThatJsonCannotHoldCostsOnlyItsMember) {
  for (const std::string word :
       {"NaN", "Infinity", "-Infinity", "nan", "-inf", "+Infinity", "INF"}) {
    ChatCompletion message;
    const std::string json = R"({"id":"NaN, Infinity","usage":{"prompt_tokens": )" + word +
                             R"(,"completion_tokens":2},"choices":[{"message":{"content":"a"},)"
                             R"("logprobs":{"content":[{"token":"a","logprob":)" +
                             word + R"(}]}}],"x":[)" + word + " ,1]}";
    ASSERT_TRUE(FromJson(json, message).ok()) << json;
    EXPECT_EQ(message.id(), "NaN, Infinity");
    EXPECT_FALSE(message.usage().has_input_tokens());
    EXPECT_EQ(message.usage().output_tokens(), 2);
    EXPECT_EQ(message.usage().extra().at("prompt_tokens"), '"' + word + '"');
    EXPECT_EQ(message.choices(0).message().content(), "a");
    const auto& token = message.choices(0).logprobs().content(0);
    EXPECT_EQ(token.extra().at("logprob"), '"' + word + '"');
    EXPECT_TRUE(CheckJson(message.extra().at("x")).ok()) << message.extra().at("x");
  }
  ChatCompletion message;
  ASSERT_TRUE(FromJson(R"({"usage":{"prompt_tokens":1e999,"completion_tokens":2}})", message).ok());
  EXPECT_EQ(message.usage().extra().at("prompt_tokens"), "1e999");
  ASSERT_TRUE(FromJson("{\"a\":NaN,\"b\":\"\xFF\"}", message).ok()) << "both kinds of mending";
  ASSERT_TRUE(FromJson("{\"b\":\"\xFF\",\"a\":NaN}", message).ok());
  for (const char* text :
       {R"({"a":Nan1})", R"({"a":NaN NaN})", "{NaN:1}", R"({"a":--inf})", "NaN"}) {
    EXPECT_FALSE(FromJson(text, message).ok()) << text;
  }
}

TEST(Decode, AListOfTooManyObjectsStaysJson) {
  const std::string_view text = R"({"id":"a","choices":[{"index":1},{}, {}],"model":"m"})";
  ChatCompletion message;
  ASSERT_TRUE(FromJson(text, message, {.max_list_messages = 3}).ok());
  EXPECT_EQ(message.choices_size(), 3);
  ASSERT_TRUE(FromJson(text, message, {.max_list_messages = 2}).ok());
  EXPECT_EQ(message.choices_size(), 0);
  EXPECT_EQ(message.model(), "m");
  EXPECT_EQ(message.extra().at("choices"), R"([{"index":1},{}, {}])");
}

TEST(Decode, EveryBeginningOfAGoodTextMayBecomeOne) {
  const std::string_view text =
      "\xEF\xBB\xBF "
      "{\"a\":[-1.5e+3,-Infinity,true,nan,null,\"\\u00e9\\n\xF0\x9F\x98\x80\",{}],\"\xFF\":\"\"} "
      "\n";
  for (size_t size = 3; size <= text.size(); ++size) {
    EXPECT_TRUE(CheckBeginning(text.substr(0, size), {}).ok()) << size;
  }
}

TEST(Decode, ABeginningThatNothingCanMendIsRefused) {
  for (const char* text : {"x", "<html>", "{]", "[1 2", "{\"a\":tru}", "\"\t", "{}{", "\"\\x"}) {
    EXPECT_FALSE(CheckBeginning(text, {}).ok()) << text;
  }
  EXPECT_FALSE(CheckBeginning("[[[", {.max_depth = 2}).ok());
  EXPECT_FALSE(CheckBeginning("\"\xFF....", {.max_mended_bytes = 3}).ok());
  EXPECT_TRUE(CheckBeginning("\"...\xF0\x9F", {.max_mended_bytes = 3}).ok()) << "a character comes";
}

}  // namespace
}  // namespace inferwire::codec
