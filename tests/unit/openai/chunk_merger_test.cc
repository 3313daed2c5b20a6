#include "openai/chunk_merger.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <ctime>
#include <string>

namespace inferwire::openai {
namespace {

using google::protobuf::TextFormat;

v1::ChatCompletionChunk Chunk(const std::string& text) {
  v1::ChatCompletionChunk chunk;
  EXPECT_TRUE(TextFormat::ParseFromString(text, &chunk)) << text;
  return chunk;
}

// Adds a chunk; what is left of it as text.
std::string Add(ChunkMerger& merger, const std::string& text) {
  v1::ChatCompletionChunk chunk = Chunk(text);
  EXPECT_TRUE(merger.Add(chunk).ok());
  return chunk.ShortDebugString();
}

void ExpectCompletion(ChunkMerger& merger, const std::string& text) {
  v1::ChatCompletion expected;
  ASSERT_TRUE(TextFormat::ParseFromString(text, &expected)) << text;
  // Usage is merged elsewhere, and put in last.
  const v1::ChatCompletion completion =
      merger.TakeCompletion(expected.has_usage() ? &expected.usage() : nullptr);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(completion, expected))
      << completion.DebugString();
}

ChunkMerger Accumulating() { return ChunkMerger({.accumulate = true}); }

TEST(ChunkMerger, DropsWhatHasNotChanged) {
  ChunkMerger merger({});
  const std::string first =
      R"(id: "i" model: "m" created { seconds: 5 } service_tier: "t" system_fingerprint: "f")";
  EXPECT_EQ(Add(merger, first), first);
  EXPECT_EQ(Add(merger, first), "");
  EXPECT_EQ(Add(merger, R"(id: "i" model: "m2" created { seconds: 6 } service_tier: "t")"),
            R"(model: "m2" created { seconds: 6 })");
  EXPECT_EQ(Add(merger, R"(id: "" model: "" created {} service_tier: "" system_fingerprint: "")"),
            "");
}

TEST(ChunkMerger, MergesTheFirstAzureChunk) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(id: "" model: "" created {} extra { key: "prompt_filter_results" value: "[]" })");
  Add(merger,
      R"(id: "i" model: "m" created { seconds: 5 } choices { delta { role: ROLE_ASSISTANT content: "" } })");
  Add(merger, R"(id: "i" choices { delta { content: "Hi" } finish_reason: FINISH_REASON_STOP })");
  Add(merger, R"(usage { input_tokens: 3 output_tokens: 1 })");
  ExpectCompletion(merger, R"(id: "i" model: "m" created { seconds: 5 }
    choices { message { role: ROLE_ASSISTANT content: "Hi" } finish_reason: FINISH_REASON_STOP }
    usage { input_tokens: 3 output_tokens: 1 }
    extra { key: "prompt_filter_results" value: "[]" })");
}

TEST(ChunkMerger, AppendsEveryKindOfText) {
  ChunkMerger merger = Accumulating();
  for (const std::string text : {"a", "b", "c"}) {
    Add(merger, R"(choices { delta { role: ROLE_ASSISTANT content: ")" + text + R"(" refusal: ")" +
                    text + R"(" reasoning_content: ")" + text + R"(" } logprobs {
                    content { token: ")" +
                    text + R"(" } refusal { token: ")" + text + R"(" } } })");
  }
  ExpectCompletion(merger, R"(choices {
    message { role: ROLE_ASSISTANT content: "abc" refusal: "abc" reasoning_content: "abc" }
    logprobs { content { token: "a" } content { token: "b" } content { token: "c" }
               refusal { token: "a" } refusal { token: "b" } refusal { token: "c" } } })");
}

TEST(ChunkMerger, MergesToolCallsInOrder) {
  ChunkMerger merger = Accumulating();
  Add(merger,
      R"(choices { delta { content: "" tool_calls { index: 1 id: "b" type: "custom" custom { name: "g" input: "x" } } } })");
  Add(merger,
      R"(choices { delta { tool_calls { index: 0 id: "a" type: "function" function { name: "f" arguments: "{\"q\"" } } } })");
  Add(merger, R"(choices { delta { tool_calls { index: 0 function { arguments: ":1}" } } } })");
  Add(merger,
      R"(choices { delta { tool_calls { index: 1 custom { input: "y" } extra { key: "k" value: "1" } } } })");
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT
    tool_calls { id: "a" function { name: "f" arguments: "{\"q\":1}" } }
    tool_calls { id: "b" custom { name: "g" input: "xy" } extra { key: "k" value: "1" } } } })");
}

TEST(ChunkMerger, OrdersChoicesByIndex) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(choices { index: 2 delta { content: "c" } })");
  Add(merger,
      R"(choices { index: 0 delta { content: "a" } } choices { index: 2 delta { content: "d" } })");
  ExpectCompletion(merger, R"(
    choices { index: 0 message { role: ROLE_ASSISTANT content: "a" } }
    choices { index: 2 message { role: ROLE_ASSISTANT content: "cd" } })");
}

TEST(ChunkMerger, KeepsTheTextOfAnUnnamedFinishReason) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(choices { delta { content: "a" } finish_reason: FINISH_REASON_OTHER
                 extra { key: "finish_reason" value: "\"eos\"" } })");
  EXPECT_TRUE(merger.finished());
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT content: "a" }
    finish_reason: FINISH_REASON_OTHER extra { key: "finish_reason" value: "\"eos\"" } })");
}

TEST(ChunkMerger, LastFinishReasonStands) {
  ChunkMerger merger = Accumulating();
  Add(merger,
      R"(choices { finish_reason: FINISH_REASON_OTHER extra { key: "finish_reason" value: "\"x\"" } })");
  Add(merger, R"(choices { finish_reason: FINISH_REASON_LENGTH })");
  Add(merger, R"(choices { })");
  ExpectCompletion(
      merger,
      R"(choices { message { role: ROLE_ASSISTANT } finish_reason: FINISH_REASON_LENGTH })");
}

TEST(ChunkMerger, EmptyFinishReasonFinishesNothing) {
  ChunkMerger merger({});
  EXPECT_EQ(
      Add(merger,
          R"(choices { finish_reason: FINISH_REASON_OTHER extra { key: "finish_reason" value: "\"\"" } })"),
      "choices { }");
  EXPECT_FALSE(merger.finished());
}

TEST(ChunkMerger, FinishedMeansEveryChoiceSeen) {
  ChunkMerger merger({});
  EXPECT_FALSE(merger.finished());
  Add(merger, R"(choices { index: 0 } choices { index: 1 })");
  Add(merger, R"(choices { index: 0 finish_reason: FINISH_REASON_STOP })");
  Add(merger, R"(choices { index: 0 finish_reason: FINISH_REASON_STOP })");
  EXPECT_FALSE(merger.finished());
  Add(merger, R"(choices { index: 1 finish_reason: FINISH_REASON_STOP })");
  EXPECT_TRUE(merger.finished());
  Add(merger, R"(usage { input_tokens: 1 })");
  EXPECT_TRUE(merger.finished());
}

TEST(ChunkMerger, BeganMeansSomethingWasSaid) {
  for (const std::string text :
       {R"(content: "a")", R"(refusal: "a")", R"(reasoning_content: "a")",
        R"(tool_calls { id: "a" })", R"(extra { key: "reasoning" value: "\"a\"" })",
        R"(extra { key: "audio" value: "{\"id\":1}" })"}) {
    ChunkMerger merger({});
    Add(merger,
        R"(choices { delta { role: ROLE_ASSISTANT content: "" extra { key: "reasoning" value: "null" } } })");
    Add(merger,
        R"(choices { delta { extra { key: "reasoning_details" value: "[ ]" } extra { key: "x" value: "1" } } })");
    EXPECT_FALSE(merger.began());
    Add(merger, "choices { delta { " + text + " } }");
    EXPECT_TRUE(merger.began()) << text;
  }
}

TEST(ChunkMerger, MergesExtraMembers) {
  ChunkMerger merger = Accumulating();
  Add(merger,
      R"(choices { delta { extra { key: "reasoning" value: "\"a\"" } extra { key: "reasoning_details" value: "[]" } } }
                 extra { key: "x" value: "1" } extra { key: "object" value: "\"o\"" })");
  Add(merger,
      R"(choices { delta { extra { key: "reasoning" value: "\"b\"" } extra { key: "reasoning_details" value: "[1]" } }
                           extra { key: "message" value: "{}" } extra { key: "native" value: "2" } })");
  Add(merger,
      R"(choices { delta { extra { key: "reasoning" value: "null" } extra { key: "reasoning_details" value: "[2, 3]" } } }
                 extra { key: "x" value: "2" })");
  Add(merger, R"(extra { key: "x" value: "null" })");
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT
      extra { key: "reasoning" value: "\"ab\"" } extra { key: "reasoning_details" value: "[1,2,3]" } }
    extra { key: "native" value: "2" } } extra { key: "x" value: "2" })");
}

// JSON has one member of a name: the answer could not be written, nor sent back as a message.
TEST(ChunkMerger, AFieldCountsMoreThanItsMisshapenTwin) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(usage { input_tokens: 1 } choices { logprobs { content { token: "a" } } delta {
    role: ROLE_ASSISTANT tool_calls { index: 0 id: "a" type: "function" function { name: "f" } } } })");
  Add(merger, R"(extra { key: "usage" value: "5" } extra { key: "x" value: "1" } choices {
    extra { key: "logprobs" value: "-0.5" } delta { extra { key: "role" value: "\"robot\"" }
      tool_calls { index: 0 extra { key: "function" value: "\"f\"" } } } })");
  ExpectCompletion(merger, R"(usage { input_tokens: 1 } extra { key: "x" value: "1" } choices {
    logprobs { content { token: "a" } }
    message { role: ROLE_ASSISTANT tool_calls { id: "a" function { name: "f" } } } })");
}

TEST(ChunkMerger, AToolCallOfAnUnnamedTypeIsWhole) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(choices { delta { role: ROLE_ASSISTANT tool_calls { index: 0 id: "a" type: "odd"
    extra { key: "odd" value: "{}" } } } })");
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT
    tool_calls { raw_json: "{\"id\":\"a\",\"type\":\"odd\",\"odd\":{}}" } } })");
}

TEST(ChunkMerger, SoundIsPutTogetherWithItsTranscript) {
  ChunkMerger merger = Accumulating();
  for (const std::string audio :
       {R"({\"id\":\"a1\",\"transcript\":\"Hel\"})", R"({\"data\":\"AAAA\"})",
        R"({\"transcript\":\"lo\",\"data\":\"AA==\"})", R"({\"data\":\"AAAA\"})",
        R"({\"expires_at\":5})"}) {
    Add(merger, "choices { delta { extra { key: 'audio' value: \"" + audio + "\" } } }");
  }
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT audio { id: "a1"
    data: "\000\000\000\000\000\000\000" transcript: "Hello" expires_at { seconds: 5 } } } })");
}

// Base64 that is cut anywhere has no padding between its pieces.
TEST(ChunkMerger, SoundMayBeCutWithinABase64Group) {
  ChunkMerger merger = Accumulating();
  for (const std::string data : {"AAE", "CAwQ", "="}) {
    Add(merger,
        "choices { delta { extra { key: 'audio' value: '{\"data\":\"" + data + "\"}' } } }");
  }
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT
    audio { data: "\000\001\002\003\004" } } })");
}

TEST(ChunkMerger, AnnotationsGetTheirField) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(choices { delta { extra { key: "annotations" value: "[{\"a\":1}]" } } })");
  Add(merger,
      R"(choices { delta { extra { key: "annotations" value: "[{\"b\":2}, {\"c\":3}]" } } })");
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT annotations_json: "{\"a\":1}"
    annotations_json: "{\"b\":2}" annotations_json: "{\"c\":3}" } })");
}

TEST(ChunkMerger, ListsPerTokenAreAppended) {
  ChunkMerger merger = Accumulating();
  for (int i = 0; i < 2; ++i) {
    Add(merger, R"(choices { delta { content: "a" } extra { key: "token_ids" value: "[7]" }
      logprobs { extra { key: "tokens" value: "[\"a\"]" }
                 extra { key: "token_logprobs" value: "[-0.5]" } } })");
  }
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT content: "aa" }
    extra { key: "token_ids" value: "[7,7]" } logprobs {
      extra { key: "tokens" value: "[\"a\",\"a\"]" }
      extra { key: "token_logprobs" value: "[-0.5,-0.5]" } } })");
}

TEST(ChunkMerger, AnEmptyRoleIsNone) {
  ChunkMerger merger = Accumulating();
  const std::string empty = R"(role: ROLE_OTHER extra { key: "role" value: "\"\"" })";
  EXPECT_EQ(Add(merger, "choices { delta { " + empty + R"( content: "a" } })"),
            R"(choices { delta { content: "a" } })");
  Add(merger, "choices { delta { " + empty + R"( content: "b" } })");
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT content: "ab" } })");
}

TEST(ChunkMerger, ANamedRoleCountsMoreThanOneWithoutAName) {
  const std::string odd =
      R"(choices { delta { role: ROLE_OTHER extra { key: "role" value: "\"model\"" } } })";
  ChunkMerger unnamed = Accumulating();
  Add(unnamed, odd);
  Add(unnamed, odd);
  ExpectCompletion(unnamed, R"(choices { message { role: ROLE_OTHER
    extra { key: "role" value: "\"model\"" } } })");
  ChunkMerger named = Accumulating();
  Add(named, odd);
  Add(named, "choices { delta { role: ROLE_ASSISTANT } }");
  Add(named, odd);
  ExpectCompletion(named, "choices { message { role: ROLE_ASSISTANT } }");
}

// What codec::FromJson leaves of an emoji whose surrogates came in two deltas.
constexpr char kHigh[] = R"(\355\240\275)", kLow[] = R"(\355\270\200)";

TEST(ChunkMerger, HalvesOfACharacterAreJoinedInEveryText) {
  struct Case {
    std::string before, after, seen_first, whole;
  };
  const auto in = [](const std::string& field) {
    return Case{field + ": \"a" + kHigh + '"', field + ": \"" + kLow + "b\"", field + ": \"a\"",
                field + ": \"a\\360\\237\\230\\200b\""};
  };
  const auto wrap = [](const Case& inner, const std::string& begin, const std::string& end) {
    return Case{begin + inner.before + end, begin + inner.after + end,
                begin + inner.seen_first + end, begin + inner.whole + end};
  };
  const std::string function = "tool_calls { index: 0 function { ";
  const std::string custom = "tool_calls { index: 0 custom { ";
  for (const Case& each :
       {in("content"), in("refusal"), in("reasoning_content"),
        wrap(in("arguments"), function, " } }"), wrap(in("input"), custom, " } }")}) {
    ChunkMerger merger = Accumulating();
    EXPECT_EQ(Add(merger, "choices { delta { " + each.before + " } }"),
              "choices { delta { " + each.seen_first + " } }");
    Add(merger, R"(choices { index: 1 delta { content: "x" } })");
    Add(merger, "choices { delta { " + each.after + " } }");
    const v1::ChatCompletion completion = merger.TakeCompletion(nullptr);
    EXPECT_THAT(completion.choices(0).ShortDebugString(),
                testing::HasSubstr("a\\360\\237\\230\\200b"))
        << each.before;
    EXPECT_EQ(completion.choices(1).message().content(), "x");
  }
}

TEST(ChunkMerger, HalvesInAReasoningMemberAreJoinedAsEscapes) {
  ChunkMerger merger = Accumulating();
  const auto extra = [](const std::string& text) {
    return "choices { delta { extra { key: \"reasoning\" value: \"\\\"" + text + "\\\"\" } } }";
  };
  EXPECT_EQ(Add(merger, extra("a\\\\ud83d")), extra("a"));
  EXPECT_EQ(Add(merger, extra("\\\\ude00")), extra("\\\\ud83d\\\\ude00"));
  EXPECT_EQ(Add(merger, extra("\\\\\\\\ud83d")), extra("\\\\\\\\ud83d")) << "no escape";
}

TEST(ChunkMerger, AHalfWithoutAnotherEndsAsAReplacementCharacter) {
  const std::string half = std::string("content: \"a") + kHigh + '"';
  ChunkMerger finished = Accumulating();
  Add(finished, "choices { delta { " + half + " } }");
  EXPECT_EQ(Add(finished, "choices { finish_reason: FINISH_REASON_STOP }"),
            R"(choices { delta { content: "\357\277\275" } finish_reason: FINISH_REASON_STOP })");
  ChunkMerger open = Accumulating();
  Add(open, "choices { index: 3 delta { " + half + " tool_calls { index: 2 custom { input: \"" +
                kHigh + "\" } } } }");
  v1::ChatCompletionChunk last;
  ASSERT_TRUE(open.Flush(last));
  EXPECT_EQ(last.ShortDebugString(),
            R"(choices { index: 3 delta { content: "\357\277\275" )"
            R"(tool_calls { index: 2 custom { input: "\357\277\275" } } } })");
  EXPECT_FALSE(open.Flush(last));
  EXPECT_EQ(open.TakeCompletion(nullptr).choices(0).message().content(), "a\xEF\xBF\xBD");
}

TEST(ChunkMerger, JoinsListsOfPartsWithTheTextAfterThem) {
  ChunkMerger merger = Accumulating();
  Add(merger,
      R"(choices { delta { extra { key: "content" value: "[{\"type\":\"thinking\"}]" } } })");
  EXPECT_TRUE(merger.began());
  Add(merger, R"(choices { delta { extra { key: "content" value: "[{\"type\":\"x\"}]" } } })");
  Add(merger, R"(choices { delta { content: "Hi" } })");
  ExpectCompletion(merger, R"(choices { message { role: ROLE_ASSISTANT
      content_parts { raw_json: "{\"type\":\"thinking\"}" }
      content_parts { raw_json: "{\"type\":\"x\"}" } content_parts { text: "Hi" } } })");
}

TEST(ChunkMerger, ContentOfAnotherFormGivesWayToText) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(choices { delta { extra { key: "content" value: "{\"a\":1}" } } })");
  Add(merger, R"(choices { delta { content: "Hi" } })");
  Add(merger, R"(choices { index: 1 delta { content: "" extra { key: "content" value: "{}" } } })");
  ExpectCompletion(merger, R"(
    choices { index: 0 message { role: ROLE_ASSISTANT content: "Hi" } }
    choices { index: 1 message { role: ROLE_ASSISTANT extra { key: "content" value: "{}" } } })");
}

TEST(ChunkMerger, KeepsModeration) {
  ChunkMerger merger = Accumulating();
  Add(merger, R"(moderation_json: "{}")");
  Add(merger, R"(moderation_json: "[]" service_tier: "flex" system_fingerprint: "fp")");
  ExpectCompletion(merger,
                   R"(moderation_json: "[]" service_tier: "flex" system_fingerprint: "fp")");
}

TEST(ChunkMerger, RefusesMoreThanItsBound) {
  ChunkMerger merger({.accumulate = true, .max_bytes = 1000});
  v1::ChatCompletionChunk chunk = Chunk("choices { delta { } }");
  chunk.mutable_choices(0)->mutable_delta()->set_content(std::string(1000, 'a'));
  EXPECT_TRUE(merger.Add(chunk).ok());
  chunk = Chunk(R"(choices { delta { content: "a" } })");
  const Result<void> refused = merger.Add(chunk);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_RESPONSE_TOO_LARGE);
  EXPECT_EQ(refused.error().code, Code::kInternal);
}

TEST(ChunkMerger, EveryKindOfContentCountsAgainstTheBound) {
  const std::string text(200, 'a');
  for (const std::string& part :
       {"delta { refusal: \"" + text + "\" }", "delta { reasoning_content: \"" + text + "\" }",
        "delta { tool_calls { function { arguments: \"" + text + "\" } } }",
        "delta { extra { key: \"reasoning\" value: '\"" + text + "\"' } }",
        "logprobs { content { token: \"" + text + "\" } }"}) {
    ChunkMerger merger({.accumulate = true, .max_bytes = 1000});
    bool refused = false;
    for (int i = 0; i < 10 && !refused; ++i) {
      v1::ChatCompletionChunk chunk = Chunk("choices { " + part + " }");
      refused = !merger.Add(chunk).ok();
    }
    EXPECT_TRUE(refused) << part;
  }
}

TEST(ChunkMerger, WithoutAccumulatingNothingIsHeld) {
  ChunkMerger merger({.accumulate = false, .max_bytes = 10});
  for (int i = 0; i < 100; ++i) Add(merger, R"(choices { delta { content: "aaaaaaaaaa" } })");
  ExpectCompletion(merger, "");
}

TEST(ChunkMerger, ChoicesAndToolCallsAreBounded) {
  ChunkMerger choices({});
  v1::ChatCompletionChunk chunk;
  for (size_t i = 0; i <= ChunkMerger::kMaxChoices; ++i) {
    chunk.add_choices()->set_index(static_cast<int>(i));
  }
  EXPECT_FALSE(choices.Add(chunk).ok());
  ChunkMerger calls({});
  chunk = Chunk("choices { delta { } }");
  for (size_t i = 0; i <= ToolCallIndexer::kMaxCalls; ++i) {
    chunk.mutable_choices(0)->mutable_delta()->add_tool_calls()->set_id(std::to_string(i));
  }
  EXPECT_FALSE(calls.Add(chunk).ok());
}

// In processor time, so that a busy machine does not matter: four times the chunks cost about four
// times as much. If each chunk copied what is there already, they would cost 24 times as much.
TEST(ChunkMerger, LongStreamsCostLinearTime) {
  constexpr int kChunks = 100'000;
  ChunkMerger merger = Accumulating();
  const v1::ChatCompletionChunk piece = Chunk(R"(id: "i" choices { delta { content: "0123456789"
      reasoning_content: "0123456789" tool_calls { index: 0 function { arguments: "0123456789" } }
      extra { key: "reasoning" value: "\"0123456789\"" } } })");
  const auto add = [&](int count) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < count; ++i) {
      v1::ChatCompletionChunk chunk = piece;
      EXPECT_TRUE(merger.Add(chunk).ok());
    }
    return static_cast<double>(std::clock() - start);
  };
  const double first = add(kChunks / 5);
  const double rest = add(kChunks - kChunks / 5);
  EXPECT_LT(rest, 12 * first);
  const v1::ChatCompletion completion = merger.TakeCompletion(nullptr);
  const v1::ChatMessage& message = completion.choices(0).message();
  EXPECT_EQ(message.content().size(), 10u * kChunks);
  EXPECT_EQ(message.tool_calls(0).function().arguments().size(), 10u * kChunks);
  EXPECT_EQ(message.extra().at("reasoning").size(), 10u * kChunks + 2);
}

}  // namespace
}  // namespace inferwire::openai
