// What a broken or malicious peer can send: an error or a message, never a crash, never slow.
#include "codec_testing.h"

namespace inferwire::codec {
namespace {

using v1::ChatCompletionChunk;

constexpr std::string_view kChunk =
    "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1760471276,"
    "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"h\\u00e9\xE2\x82\xAC\\ud83d\\ude00\","
    "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\\\":\"}}]},"
    "\"finish_reason\":null,\"logprobs\":{\"content\":[{\"token\":\"h\",\"logprob\":-1.5e-3,"
    "\"bytes\":[104]}]}}],\"usage\":{\"prompt_tokens\":1},\"x\":[true,false,{\"y\":null}]}";

TEST(Hostile, ATruncatedTextIsNeverTakenForAWholeOne) {
  ChatCompletionChunk chunk;
  ASSERT_TRUE(FromJson(kChunk, chunk).ok());
  for (size_t length = 0; length < kChunk.size(); ++length) {
    // A copy of exactly this size, so that a sanitizer sees any step over its end.
    const std::string part(kChunk.substr(0, length));
    EXPECT_FALSE(FromJson(part, chunk).ok()) << length;
  }
}

TEST(Hostile, AnyByteMayBecomeAnyOther) {
  for (size_t at = 0; at < kChunk.size(); ++at) {
    for (const char c : std::string_view("\0\x01 \"\\{}[],:0e-\x80\xC3\xFF", 18)) {
      std::string text(kChunk);
      text[at] = c;
      ChatCompletionChunk chunk, again;
      if (!FromJson(text, chunk).ok()) continue;
      // What was taken can be sent over gRPC and written again.
      ASSERT_TRUE(again.ParseFromString(chunk.SerializeAsString())) << at;
      EXPECT_TRUE(CheckJson(Encode(again)).ok()) << at;
    }
  }
}

TEST(Hostile, AMillionBracketsAreRefusedWithoutRecursion) {
  ChatCompletionChunk chunk;
  const size_t depth = 1'000'000;
  std::string objects;
  for (size_t i = 0; i < depth; ++i) objects += "{\"a\":";
  for (const std::string& text :
       {std::string(depth, '['), objects, std::string(depth, '[') + std::string(depth, ']')}) {
    EXPECT_FALSE(CheckJson(text).ok());
    EXPECT_FALSE(CheckJson(text, {.max_depth = 100'000'000}).ok());
    EXPECT_FALSE(FromJson("{\"x\":" + text + "}", chunk, {.max_depth = 100'000'000}).ok());
  }
}

TEST(Hostile, AMessageAsDeepAsTheLimitIsRead) {
  // Two levels of JSON per message.
  std::string text;
  const int depth = 200;
  for (int i = 0; i < depth; ++i) text += "{\"top_logprobs\":[";
  for (int i = 0; i < depth; ++i) text += "]}";
  v1::TokenLogProb token;
  EXPECT_FALSE(FromJson(text, token).ok());
  EXPECT_TRUE(FromJson(text, token, {.max_depth = 2 * depth}).ok());
}

TEST(Hostile, ManyValuesAreRefused) {
  std::string text = "{\"x\":[";
  for (int i = 0; i < 1'000'000; ++i) text += "{},";
  text += "0]}";
  ChatCompletionChunk chunk;
  EXPECT_FALSE(FromJson(text, chunk).ok());
}

TEST(Hostile, RepeatedNamesTakeLinearTime) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) {
    text += "\"id\":1,\"u" + std::to_string(i) + "\":0,\"id\":\"a\",";
  }
  text += "\"model\":\"m\"}";
  const auto chunk = Decode<ChatCompletionChunk>(text);
  EXPECT_EQ(chunk.id(), "a");
  EXPECT_EQ(chunk.extra().size(), 100'000u);
}

TEST(Hostile, OddNumbersAreKept) {
  const auto chunk = Decode<ChatCompletionChunk>(
      R"({"usage":{"prompt_tokens":18446744073709551616,"completion_tokens":1e400,
          "total_tokens":-1e-400},"created":1e99999999999999999999})");
  EXPECT_EQ(chunk.usage().extra().at("prompt_tokens"), "18446744073709551616");
  EXPECT_EQ(chunk.usage().extra().at("completion_tokens"), "1e400");
  EXPECT_EQ(chunk.usage().extra().at("total_tokens"), "-1e-400");
  EXPECT_EQ(chunk.extra().at("created"), "1e99999999999999999999");
}

}  // namespace
}  // namespace inferwire::codec
