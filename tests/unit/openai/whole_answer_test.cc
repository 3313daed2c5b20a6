#include "openai/whole_answer.h"

#include <gmock/gmock.h>

#include <string>

#include "openai/chunk_merger.h"

namespace inferwire::openai {
namespace {

using testing::IsEmpty;

struct Converted {
  v1::ChatCompletionChunk chunk;
  codec::DecodeStats stats;
  Result<void> result;
};

Converted Convert(std::string_view json) {
  Converted converted;
  converted.result = ChunkFromCompletion(json, converted.chunk, {}, converted.stats);
  return converted;
}

TEST(WholeAnswer, BecomesAChunkWhoseDeltasAreTheMessages) {
  const Converted got = Convert(
      R"({"id":"c1","object":"chat.completion","created":5,"model":"m","choices":[)"
      R"({"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},)"
      R"("finish_reason":"stop","logprobs":null},)"
      R"({"index":1,"message":{"role":"assistant","content":"Ho"},"finish_reason":"length"}],)"
      R"("usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})");
  ASSERT_TRUE(got.result.ok());
  EXPECT_EQ(got.chunk.id(), "c1");
  EXPECT_EQ(got.chunk.usage().output_tokens(), 2);
  ASSERT_EQ(got.chunk.choices_size(), 2);
  EXPECT_EQ(got.chunk.choices(0).delta().role(), v1::ROLE_ASSISTANT);
  EXPECT_EQ(got.chunk.choices(0).delta().content(), "Hi");
  EXPECT_EQ(got.chunk.choices(0).finish_reason(), v1::FINISH_REASON_STOP);
  EXPECT_EQ(got.chunk.choices(1).delta().content(), "Ho");
  EXPECT_EQ(got.chunk.choices(1).finish_reason(), v1::FINISH_REASON_LENGTH);
  EXPECT_THAT(got.chunk.extra(), IsEmpty());
  EXPECT_THAT(got.chunk.choices(0).extra(), IsEmpty());
  EXPECT_EQ(got.stats.unknown_members, 0);
}

TEST(WholeAnswer, KeepsWhatHasNoField) {
  const Converted got =
      Convert(R"({"object":"chat.completion","x":1,"choices":[{"index":0,"y":2,)"
              R"("message":{"content":"Hi","z":{"a":3}},"finish_reason":"stop"}]})");
  ASSERT_TRUE(got.result.ok());
  EXPECT_EQ(got.chunk.extra().at("x"), "1");
  EXPECT_EQ(got.chunk.choices(0).extra().at("y"), "2");
  EXPECT_EQ(got.chunk.choices(0).delta().extra().at("z"), R"({"a":3})");
  EXPECT_EQ(got.stats.unknown_members, 3);
}

TEST(WholeAnswer, ToolCallsGetTheIndexThatAnswersInOnePieceLack) {
  Converted got =
      Convert(R"({"choices":[{"index":0,"message":{"content":null,"tool_calls":[)"
              R"({"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},)"
              R"({"id":"b","type":"function","function":{"name":"g","arguments":"{\"x\":1}"}}]},)"
              R"("finish_reason":"tool_calls"}]})");
  ASSERT_TRUE(got.result.ok());
  ChunkMerger merger({.accumulate = true});
  ASSERT_TRUE(merger.Add(got.chunk).ok());
  const v1::Delta& delta = got.chunk.choices(0).delta();
  ASSERT_EQ(delta.tool_calls_size(), 2);
  EXPECT_EQ(delta.tool_calls(0).index(), 0);
  EXPECT_EQ(delta.tool_calls(1).index(), 1);
  const v1::ChatMessage message = merger.TakeCompletion(nullptr).choices(0).message();
  ASSERT_EQ(message.tool_calls_size(), 2);
  EXPECT_EQ(message.tool_calls(1).function().arguments(), R"({"x":1})");
  EXPECT_FALSE(message.has_content());
}

TEST(WholeAnswer, IsNothingElse) {
  for (const std::string_view json :
       {"", "{", "[]", "{}", R"({"choices":[]})", R"({"choices":[{}]})", R"({"choices":"x"})",
        R"({"choices":[{"message":"x"}]})", R"({"choices":[{"message":null}]})",
        R"({"choices":[{"delta":{"content":"x"}}]})",
        R"({"choices":[{"delta":{"content":"x"},"message":{"content":"x"}}]})"}) {
    const Converted got = Convert(json);
    ASSERT_FALSE(got.result.ok()) << json;
    EXPECT_EQ(got.result.error().reason, v1::ERROR_REASON_UPSTREAM_PROTOCOL) << json;
  }
}

}  // namespace
}  // namespace inferwire::openai
