// The same usage, in whatever an answer comes, has the same cost to the pico-dollar.
#include "openai/answer_usage.h"

#include <gtest/gtest.h>

#include "codec/decode.h"

namespace inferwire::openai {
namespace {

using catalogue::Catalogue;

Catalogue Prices() {
  catalogue::Model model;
  model.id = "m";
  model.prices.push_back({"standard", 1'000'000, 100'000, 10'000'000});
  model.prices.push_back({"priority", 1'750'000, 175'000, 17'500'000});
  return Catalogue("r-1", {model});
}

struct Answer {
  std::string price;
  std::optional<int64_t> stated, input, output;

  bool operator==(const Answer&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Answer& answer) {
  return out << answer.price << " stated " << answer.stated.value_or(-1) << ", "
             << answer.input.value_or(-1) << " in, " << answer.output.value_or(-1) << " out";
}

class AnswerUsageTest : public ::testing::Test {
 protected:
  Answer Of(const AnswerUsage& usage) const {
    const auto charge = PriceAnswer(usage, &catalogue, {catalogue.Find("m"), "m"});
    v1::Cost cost;
    FillCost(charge, cost);
    return {charge.total ? std::to_string(*charge.total) : cost.unpriced_reason(), charge.stated,
            usage.reading().tokens.input, usage.reading().tokens.output};
  }

  Answer AsCall(const std::string& json, v1::ChatCompletion* seen = nullptr) const {
    v1::ChatCompletion completion;
    EXPECT_TRUE(codec::FromJson(json, completion));
    AnswerUsage usage;
    usage.See(completion);
    if (seen) *seen = completion;
    return Of(usage);
  }

  Answer AsStream(const std::vector<std::string>& events) const {
    AnswerUsage usage;
    for (const std::string& event : events) {
      v1::ChatCompletionChunk chunk;
      EXPECT_TRUE(codec::FromJson(event, chunk));
      usage.See(chunk);
    }
    return Of(usage);
  }

  Answer AsJson(const std::vector<std::string>& bodies) const {
    AnswerUsage usage;
    for (const std::string& body : bodies) usage.SeeJson(body);
    return Of(usage);
  }

  const Catalogue catalogue = Prices();
};

// Members of an answer, and what they cost.
struct Case {
  const char* members;
  Answer right;
};

TEST_F(AnswerUsageTest, IsTheSameInACallAStreamAndABody) {
  const Case cases[] = {
      {R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})",
       {"60000000", {}, 10, 5}},
      // receipts: 60 in, 50 out of them 80 % thought, beside the output.
      {R"("usage":{"prompt_tokens":60,"completion_tokens":50,"total_tokens":190,"completion_tokens_details":{"reasoning_tokens":80}})",
       {"1360000000", {}, 60, 50}},
      {R"("usage":{"prompt_tokens":100,"completion_tokens":900,"completion_tokens_details":{"audio_tokens":900}})",
       {"MODALITY_NOT_PRICED", {}, 100, 900}},
      {R"("usage":{"completion_tokens":50})", {"USAGE_NOT_REPORTED", {}, {}, 50}},
      {R"("usage":{"prompt_tokens":null,"completion_tokens":null})",
       {"USAGE_NOT_REPORTED", {}, {}, {}}},
      {R"("usage":{"prompt_tokens":"12","completion_tokens":"5"})",
       {"USAGE_NOT_REPORTED", {}, {}, {}}},
      {R"("usage":null)", {"USAGE_NOT_REPORTED", {}, {}, {}}},
      {R"("usage":"none")", {"USAGE_NOT_REPORTED", {}, {}, {}}},
      {R"("id":"x")", {"USAGE_NOT_REPORTED", {}, {}, {}}},
      {R"("usage":{"prompt_tokens":1000.0,"completion_tokens":5e0,"total_tokens":1005.0})",
       {"1050000000", {}, 1000, 5}},
      {R"("service_tier":"priority","usage":{"prompt_tokens":60,"completion_tokens":50})",
       {"980000000", {}, 60, 50}},
      {R"("service_tier":"flex","usage":{"prompt_tokens":60,"completion_tokens":50})",
       {"SERVICE_TIER_NOT_PRICED", {}, 60, 50}},
      {R"("service_tier":"on_demand","usage":{"prompt_tokens":60,"completion_tokens":50})",
       {"560000000", {}, 60, 50}},
      {R"("service_tier":"default","usage":{"prompt_tokens":60,"completion_tokens":50})",
       {"560000000", {}, 60, 50}},
      {R"("usage":{"prompt_tokens":1000,"completion_tokens":2,"prompt_cache_hit_tokens":900,"prompt_cache_miss_tokens":100})",
       {"210000000", {}, 1000, 2}},
      {R"("usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":30})",
       {"USAGE_CONTRADICTORY", {}, 5, 2}},
      {R"("usage":{"prompt_tokens":10,"completion_tokens":5,"cost":0.00006})",
       {"60000000", 60'000'000, 10, 5}},
      {R"("usage":{"prompt_tokens":10,"completion_tokens":5,"cost_in_usd_ticks":600000})",
       {"60000000", 60'000'000, 10, 5}},
      // Elsewhere.
      {R"("x_groq":{"id":"r","usage":{"prompt_tokens":19,"completion_tokens":13,"total_tokens":32}})",
       {"149000000", {}, 19, 13}},
      {R"("choices":[{"index":0,"usage":{"prompt_tokens":19,"completion_tokens":13}}])",
       {"149000000", {}, 19, 13}},
      {R"("usage":{"prompt_tokens":19,"completion_tokens":13},"choices":[{"index":0,"usage":{"prompt_tokens":1,"completion_tokens":1}}])",
       {"149000000", {}, 19, 13}},
      {R"("choices":[{"index":0,"usage":{"input_tokens":19,"output_tokens":13}},{"index":1,"usage":{"input_tokens":19,"output_tokens":13}}])",
       {"149000000", {}, 19, 13}},
      {R"("choices":[{"index":0,"usage":{"prompt_tokens":19,"completion_tokens":13}},{"index":1,"usage":{"prompt_tokens":19,"completion_tokens":4}}])",
       {"USAGE_CONTRADICTORY", {}, 19, 4}},
      // Another model than the requested one.
      {R"("model":"m","usage":{"prompt_tokens":10,"completion_tokens":5})",
       {"60000000", {}, 10, 5}},
  };
  for (const Case& each : cases) {
    const std::string json = std::string("{") + each.members + "}";
    EXPECT_EQ(AsCall(json), each.right) << json;
    EXPECT_EQ(AsStream({R"({"choices":[{"delta":{"content":"x"}}]})", json}), each.right) << json;
    EXPECT_EQ(AsJson({json}), each.right) << json;
  }
}

TEST_F(AnswerUsageTest, OfAMessageIsTheAnswers) {
  const Answer right{"149000000", {}, 19, 13};
  const std::string usage = R"("usage":{"prompt_tokens":19,"completion_tokens":13})";
  EXPECT_EQ(AsCall(R"({"choices":[{"message":{)" + usage + "}}]}"), right);
  EXPECT_EQ(AsStream({R"({"choices":[{"delta":{)" + usage + "}}]}"}), right);
  EXPECT_EQ(AsJson({R"({"choices":[{"message":{)" + usage + "}}]}"}), right);
}

TEST_F(AnswerUsageTest, StandsInTheCompletionsFieldWhereverItCame) {
  v1::ChatCompletion seen;
  AsCall(R"({"x_groq":{"usage":{"prompt_tokens":19,"completion_tokens":13}}})", &seen);
  EXPECT_EQ(seen.usage().output_tokens(), 13);
  AsCall(R"({"choices":[{"usage":{"prompt_tokens":19,"completion_tokens":13}}]})", &seen);
  EXPECT_EQ(seen.usage().output_tokens(), 13);
  AsCall(R"({"usage":{"input_tokens":19,"output_tokens":13}})", &seen);
  EXPECT_EQ(seen.usage().output_tokens(), 13);
}

TEST_F(AnswerUsageTest, IsMergedOverAStream) {
  const std::vector<std::string> events = {
      R"({"usage":{"prompt_tokens":100,"completion_tokens":1,"total_tokens":101,"prompt_tokens_details":{"cached_tokens":90}}})",
      R"({"usage":null})", R"({"usage":{}})",
      R"({"usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150}})",
      R"({"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})"};
  const Answer right{"519000000", {}, 100, 50};
  EXPECT_EQ(AsStream(events), right);
  EXPECT_EQ(AsJson(events), right);
}

TEST_F(AnswerUsageTest, OfOtherEndpointsIsReadFromTheirJson) {
  EXPECT_EQ(
      AsJson(
          {R"({"object":"response","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":90},"output_tokens":50,"output_tokens_details":{"reasoning_tokens":9},"total_tokens":150}})"}),
      (Answer{"519000000", {}, 100, 50}));
  EXPECT_EQ(
      AsJson(
          {R"({"type":"response.created","response":{"model":"m","usage":null}})",
           R"({"type":"response.completed","response":{"model":"m","usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":90},"output_tokens":50,"total_tokens":150}}})"}),
      (Answer{"519000000", {}, 100, 50}));
  EXPECT_EQ(
      AsJson(
          {R"({"type":"message_start","message":{"usage":{"input_tokens":10,"cache_read_input_tokens":90,"output_tokens":1}}})",
           R"({"type":"message_delta","usage":{"output_tokens":50}})"}),
      (Answer{"519000000", {}, 10, 50}));
  // Embeddings have no output.
  EXPECT_EQ(
      AsJson(
          {R"({"object":"list","data":[],"model":"m","usage":{"prompt_tokens":10,"total_tokens":10}})"}),
      (Answer{"10000000", {}, 10, 0}));
  EXPECT_EQ(AsJson({"[1]", "\"text\"", "{}", "null"}), (Answer{"USAGE_NOT_REPORTED", {}, {}, {}}));
}

TEST(AnswerPrice, IsTheModelsThatAnswered) {
  catalogue::Model asked, other;
  asked.id = "gpt-5";
  asked.prices.push_back({"standard", 1'000'000, 100'000, 10'000'000});
  other.id = "gpt-5-mini";
  other.prices.push_back({"standard", 200'000, 20'000, 2'000'000});
  const Catalogue catalogue("r-1", {asked, other});
  const auto price = [&](const char* sent, const std::string& answered) {
    AnswerUsage usage;
    usage.SeeJson(R"({"model":")" + answered +
                  R"(","usage":{"prompt_tokens":10,"completion_tokens":5}})");
    const auto charge = PriceAnswer(usage, &catalogue, {catalogue.Find(sent), sent});
    return charge.total ? std::to_string(*charge.total) : std::string(charge.unpriced);
  };
  EXPECT_EQ(price("gpt-5", "gpt-5-2025-08-07"), "60000000");
  EXPECT_EQ(price("gpt-5", "gpt-5-mini-2025-08-07"), "12000000");
  EXPECT_EQ(price("my-deployment", "gpt-5-2025-08-07"), "60000000");
  EXPECT_EQ(price("openai/gpt-5", "openai/gpt-5"), "60000000");
  EXPECT_EQ(price("gpt-5", "x-ai/grok-4"), "OTHER_MODEL_ANSWERED");
  EXPECT_EQ(price("llama-3", "llama-3"), "MODEL_NOT_PRICED");
  EXPECT_EQ(PriceAnswer(AnswerUsage(), nullptr, {nullptr, "m"}).unpriced, "MODEL_NOT_PRICED");
}

}  // namespace
}  // namespace inferwire::openai
