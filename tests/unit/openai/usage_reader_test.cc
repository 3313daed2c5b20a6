// Usage in every spelling that is in use, and what contradicts itself. The prices are 1 for fresh
// input, 0.1 for cached, 1.25 for written and 10 for output, times 1000.
#include "openai/usage_reader.h"

#include <gtest/gtest.h>

#include "codec/decode.h"

namespace inferwire::openai {
namespace {

v1::Usage Usage(std::string_view json) {
  v1::Usage usage;
  EXPECT_TRUE(codec::FromJson(json, usage)) << json;
  return usage;
}

// The price, or why there is none.
std::string PriceOf(const v1::Usage& usage) {
  catalogue::Model model;
  model.prices.push_back({"standard", 1000, 100, 10'000, 1250});
  const auto charge = catalogue::Price(&model, ReadUsage(usage).tokens, "");
  return charge.total ? std::to_string(*charge.total) : std::string(charge.unpriced);
}

struct Case {
  const char* json;
  const char* price;
};

TEST(UsageReader, KnowsEverySpelling) {
  // 1000 in, 900 of them cached, 2 out.
  constexpr const char* kRight = "210000";
  const char* const same[] = {
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"prompt_tokens_details":{"cached_tokens":900}})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"prompt_cache_hit_tokens":900,"prompt_cache_miss_tokens":100})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"num_cached_tokens":900})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"cached_tokens":900})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"cache_read_input_tokens":900})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"cached_tokens":900,"prompt_tokens_details":{"cached_tokens":0}})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"cache_read_input_tokens":900,"prompt_tokens_details":{"cached_tokens":900}})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"prompt_token_details":{"cached_tokens":900}})",
      R"({"input_tokens":1000,"output_tokens":2,"total_tokens":1002,"input_tokens_details":{"cached_tokens":900},"output_tokens_details":{"reasoning_tokens":1}})",
      R"({"input_tokens":1000,"output_tokens":2,"input_token_details":{"cached_tokens":900}})",
      R"({"promptTokens":1000,"completionTokens":2,"totalTokens":1002,"cachedInputTokens":900})",
      R"({"promptTokenCount":1000,"candidatesTokenCount":2,"totalTokenCount":1002,"cachedContentTokenCount":900})",
      R"({"prompt_tokens":1000.0,"completion_tokens":2.0,"total_tokens":1.002e3,"cached_tokens":9e2})",
      // Anthropic's own: what comes from the cache is not in the input.
      R"({"input_tokens":100,"output_tokens":2,"cache_read_input_tokens":900,"cache_creation_input_tokens":0})",
      R"({"prompt_tokens":100,"completion_tokens":2,"total_tokens":1002,"cache_read_input_tokens":900})",
      R"({"inputTokens":100,"outputTokens":2,"totalTokens":1002,"cacheReadInputTokens":900})",
      R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"cached_tokens":900,"completion_tokens_details":null,"num_sources_used":0,"queue_time":0.1})",
  };
  for (const char* json : same) EXPECT_EQ(PriceOf(Usage(json)), kRight) << json;
}

TEST(UsageReader, KnowsWhatWasWrittenIntoTheCache) {
  const Case cases[] = {
      // 1000 in: 100 fresh, 600 cached, 300 written; 2 out.
      {R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":300}})",
       "555000"},
      {R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"cache_read_input_tokens":600,"cache_creation_input_tokens":300})",
       "555000"},
      {R"({"prompt_tokens":1000,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":600,"cache_creation_tokens":300}})",
       "555000"},
      {R"({"input_tokens":100,"output_tokens":2,"cache_read_input_tokens":600,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":300,"ephemeral_1h_input_tokens":0}})",
       "555000"},
      {R"({"input_tokens":100,"output_tokens":2,"cache_read_input_tokens":600,"cache_creation_input_tokens":300,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":300}})",
       "CACHE_WRITE_NOT_PRICED"},
      {R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002,"prompt_tokens_details":{"cached_tokens":800,"cache_write_tokens":300}})",
       "USAGE_IMPOSSIBLE"},
  };
  for (const Case& each : cases) EXPECT_EQ(PriceOf(Usage(each.json)), each.price) << each.json;
}

TEST(UsageReader, LeavesNoBilledTokensOut) {
  const Case cases[] = {
      // Reasoning in the output (OpenAI), and beside it as the total says (xAI).
      {R"({"prompt_tokens":100,"completion_tokens":60,"total_tokens":160,"completion_tokens_details":{"reasoning_tokens":50}})",
       "700000"},
      {R"({"prompt_tokens":100,"completion_tokens":10,"total_tokens":160,"completion_tokens_details":{"reasoning_tokens":50}})",
       "700000"},
      {R"({"input_tokens":100,"output_tokens":10,"total_tokens":160,"output_tokens_details":{"reasoning_tokens":50}})",
       "700000"},
      {R"({"prompt_tokens":20,"completion_tokens":10,"total_tokens":160,"cache_read_input_tokens":80,"reasoning_tokens":50})",
       "628000"},
      // More thoughts than output, and a total without them (Gemini through a relay).
      {R"({"prompt_tokens":28,"completion_tokens":5,"total_tokens":33,"completion_tokens_details":{"reasoning_tokens":48}})",
       "USAGE_CONTRADICTORY"},
      {R"({"prompt_tokens":28,"completion_tokens":5,"reasoning_tokens":48})",
       "USAGE_CONTRADICTORY"},
      // Thoughts in the total alone (Gemini).
      {R"({"prompt_tokens":5,"completion_tokens":2,"total_tokens":30})", "USAGE_CONTRADICTORY"},
      {R"({"prompt_tokens":5,"completion_tokens":2,"total_tokens":6})", "USAGE_CONTRADICTORY"},
      {R"({"prompt_tokens":5,"completion_tokens":2,"total_tokens":0})", "USAGE_CONTRADICTORY"},
      {R"({"prompt_tokens":5,"completion_tokens":2,"total_tokens":17,"completion_tokens_details":{"reasoning_tokens":8}})",
       "USAGE_CONTRADICTORY"},
      // Parts of nothing.
      {R"({"prompt_tokens":10,"completion_tokens":1,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":11}})",
       "USAGE_IMPOSSIBLE"},
      {R"({"prompt_tokens":1000,"completion_tokens":2,"prompt_cache_hit_tokens":900,"prompt_cache_miss_tokens":50})",
       "USAGE_CONTRADICTORY"},
      {R"({"prompt_tokens":1000,"completion_tokens":2,"cached_tokens":900,"num_cached_tokens":800})",
       "USAGE_CONTRADICTORY"},
      {R"({"prompt_tokens":-1,"completion_tokens":1})", "USAGE_IMPOSSIBLE"},
      {R"({"prompt_tokens":1,"completion_tokens":-1})", "USAGE_IMPOSSIBLE"},
      {R"({"prompt_tokens":1,"completion_tokens":1,"total_tokens":-2})", "USAGE_IMPOSSIBLE"},
      {R"({"prompt_tokens":1,"completion_tokens":1,"cached_tokens":-1})", "USAGE_IMPOSSIBLE"},
      {R"({"prompt_tokens":1,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":-1}})",
       "USAGE_IMPOSSIBLE"},
      {R"({"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807,"total_tokens":1})",
       "USAGE_CONTRADICTORY"},
  };
  for (const Case& each : cases) EXPECT_EQ(PriceOf(Usage(each.json)), each.price) << each.json;
}

TEST(UsageReader, PricesNothingThatItCannotRead) {
  const Case cases[] = {
      {R"({})", "USAGE_NOT_REPORTED"},
      {R"({"completion_tokens":5})", "USAGE_NOT_REPORTED"},
      {R"({"prompt_tokens":null,"completion_tokens":5})", "USAGE_NOT_REPORTED"},
      {R"({"prompt_tokens":"12","completion_tokens":"5"})", "USAGE_NOT_REPORTED"},
      {R"({"prompt_tokens":12.5,"completion_tokens":5})", "USAGE_NOT_REPORTED"},
      {R"({"prompt_tokens":12,"completion_tokens":5,"cached_tokens":"9"})", "USAGE_NOT_REPORTED"},
      {R"({"prompt_tokens":12,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":"9"}})",
       "USAGE_NOT_REPORTED"},
      {R"({"prompt_tokens":12,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":null}})",
       "62000"},
  };
  for (const Case& each : cases) EXPECT_EQ(PriceOf(Usage(each.json)), each.price) << each.json;
}

TEST(UsageReader, PricesNoTokensOfAnotherKindAsText) {
  const char* const cases[] = {
      R"({"prompt_tokens":10,"completion_tokens":500,"completion_tokens_details":{"audio_tokens":490}})",
      R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"audio_tokens":9}})",
      R"({"prompt_tokens":10,"completion_tokens":5,"audio_prompt_tokens":9})",
      R"({"input_tokens":10,"output_tokens":5,"output_tokens_details":{"audio_tokens":2}})",
      R"({"prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"image_tokens":3}})",
      R"({"prompt_tokens":10,"completion_tokens":5,"prompt_audio_seconds":1.5})",
      R"({"prompt_tokens":10,"completion_tokens":5,"citation_tokens":20016})",
  };
  for (const char* json : cases) EXPECT_EQ(PriceOf(Usage(json)), "MODALITY_NOT_PRICED") << json;
  // Pictures in the input are text's price; zeros are nothing.
  EXPECT_EQ(
      PriceOf(Usage(
          R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"image_tokens":3,"audio_tokens":0},"audio_prompt_tokens":0})")),
      "60000");
}

TEST(UsageReader, CountsSoundPicturesSearchesAndLongCacheWrites) {
  const catalogue::Tokens tokens =
      ReadUsage(Usage(R"({"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{
        "audio_tokens":40,"image_tokens":9,"cached_tokens":20,
        "cached_tokens_details":{"audio_tokens":15,"image_tokens":2}},
        "completion_tokens_details":{"audio_tokens":30,"image_tokens":4},
        "cache_creation_input_tokens":12,"cache_creation":{"ephemeral_1h_input_tokens":5},
        "server_tool_use":{"web_search_requests":3},"search_context_size":"high"})"))
          .tokens;
  EXPECT_EQ(tokens.audio_input, 40);
  EXPECT_EQ(tokens.image_input, 9);
  EXPECT_EQ(tokens.cached_audio, 15);
  EXPECT_EQ(tokens.cached_image, 2);
  EXPECT_EQ(tokens.audio_output, 30);
  EXPECT_EQ(tokens.image_output, 4);
  EXPECT_EQ(tokens.cache_write, 12);
  EXPECT_EQ(tokens.cache_write_long, 5);
  EXPECT_EQ(tokens.searches, 3);
  EXPECT_EQ(tokens.search_size, "high");
  EXPECT_EQ(tokens.contradiction, "");
  const char* const impossible[] = {
      R"({"prompt_tokens":9,"completion_tokens":5,"prompt_tokens_details":{
        "audio_tokens":1,"cached_tokens":3,"cached_tokens_details":{"audio_tokens":2}}})",
      R"({"prompt_tokens":9,"completion_tokens":5,"server_tool_use":{"web_search_requests":-1}})",
      R"({"prompt_tokens":9,"completion_tokens":5,"cache_write_tokens":2,
        "cache_creation":{"ephemeral_1h_input_tokens":3}})",
  };
  for (const char* json : impossible) EXPECT_EQ(PriceOf(Usage(json)), "USAGE_IMPOSSIBLE") << json;
}

TEST(UsageReader, ReadsWhatTheProviderStates) {
  const std::pair<const char*, std::optional<int64_t>> cases[] = {
      {R"({"cost":0.00011267})", 112'670'000},
      {R"({"cost":"0.000404"})", 404'000'000},
      {R"({"cost":0})", 0},
      {R"({"cost":{"input_tokens_cost":0.001,"request_cost":0.005,"total_cost":0.006}})",
       6'000'000'000},
      {R"({"cost_in_usd_ticks":1654500})", 165'450'000},
      {R"({"estimated_cost":1.5e-05})", 15'000'000},
      {R"({"pydantic_ai_gateway":{"cost_estimate":0.00012625}})", 126'250'000},
      {R"({"cost":0.001,"is_byok":false,"cost_details":{"upstream_inference_cost":0.001}})",
       1'000'000'000},
      {R"({"cost":0.001,"is_byok":true,"cost_details":{"upstream_inference_cost":0.02}})",
       21'000'000'000},
      {R"({"cost":null})", std::nullopt},
      {R"({"cost":-1})", std::nullopt},
      {R"({"cost":"free"})", std::nullopt},
      {R"({"market_cost":1})", std::nullopt},
  };
  for (const auto& [json, stated] : cases) EXPECT_EQ(ReadUsage(Usage(json)).stated, stated) << json;
}

struct Merge {
  std::vector<const char*> reports;
  const char* price;
};

TEST(UsageReader, MergesReportsMemberByMember) {
  const Merge cases[] = {
      // Details in the first alone.
      {{R"({"prompt_tokens":100,"completion_tokens":1,"total_tokens":101,"prompt_tokens_details":{"cached_tokens":90}})",
        R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})"},
       "519000"},
      {{R"({"prompt_tokens":100,"completion_tokens":1,"total_tokens":101,"cached_tokens":90})",
        R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,"prompt_tokens_details":null})"},
       "519000"},
      // Halves.
      {{R"({"prompt_tokens":100})", R"({"completion_tokens":50})"}, "600000"},
      {{R"({"completion_tokens":50})", R"({"prompt_tokens":100})"}, "600000"},
      {{R"({"prompt_tokens":100,"total_tokens":100})",
        R"({"completion_tokens":50,"total_tokens":50})"},
       "600000"},
      {{R"({"prompt_tokens":100,"total_tokens":100})",
        R"({"completion_tokens":50,"total_tokens":150})"},
       "600000"},
      {{R"({"input_tokens":10,"cache_read_input_tokens":90,"output_tokens":1})",
        R"({"output_tokens":50})"},
       "519000"},
      {{R"({"prompt_tokens":100,"completion_tokens":null,"total_tokens":null})",
        R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})"},
       "600000"},
      // Running values; the last one counts.
      {{R"({"prompt_tokens":100,"completion_tokens":1,"total_tokens":101})",
        R"({"prompt_tokens":100,"completion_tokens":20,"total_tokens":120})",
        R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})"},
       "600000"},
      {{R"({"prompt_tokens":100,"completion_tokens":1,"total_tokens":101})",
        R"({"completion_tokens":50})"},
       "600000"},
      // Zeros, before and after.
      {{R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})",
        R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})"},
       "600000"},
      {{R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})",
        R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})"},
       "600000"},
      {{R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})",
        R"({"prompt_tokens":100,"completion_tokens":0,"total_tokens":100})"},
       "600000"},
      {{R"({"prompt_tokens":100,"completion_tokens":10,"total_tokens":150,"completion_tokens_details":{"reasoning_tokens":40}})",
        R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"completion_tokens_details":{"reasoning_tokens":0}})"},
       "600000"},
      {{R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150})", R"({})"}, "600000"},
      {{R"({"prompt_tokens":0,"completion_tokens":0,"total_tokens":0})"}, "0"},
      // What contradicts itself in one report still does.
      {{R"({"prompt_tokens":5,"completion_tokens":1,"total_tokens":6})",
        R"({"prompt_tokens":5,"completion_tokens":2,"total_tokens":30})"},
       "USAGE_CONTRADICTORY"},
  };
  for (const Merge& each : cases) {
    v1::Usage merged;
    for (const char* stats : each.reports) MergeUsage(Usage(stats), merged);
    EXPECT_EQ(PriceOf(merged), each.price) << each.reports.front();
  }
}

TEST(UsageReader, KeepsTheLastCostThatIsNotZero) {
  v1::Usage merged;
  for (const char* stats : {R"({"prompt_tokens":1,"cost":0.001})", R"({"cost":0.002})",
                            R"({"cost":0})", R"({"cost":null})"}) {
    MergeUsage(Usage(stats), merged);
  }
  EXPECT_EQ(ReadUsage(merged).stated, 2'000'000'000);
}

TEST(UsageReader, FillsTheCountsIn) {
  v1::Usage usage = Usage(R"({"input_tokens":7,"output_tokens":3,"total_tokens":10})");
  FillCounts(usage);
  EXPECT_EQ(usage.input_tokens(), 7);
  EXPECT_EQ(usage.output_tokens(), 3);
  EXPECT_EQ(usage.extra().at("input_tokens"), "7");
  v1::Usage half = Usage(R"({"prompt_tokens":7,"input_tokens":8})");
  FillCounts(half);
  EXPECT_EQ(half.input_tokens(), 7);
  EXPECT_FALSE(half.has_output_tokens());
}

}  // namespace
}  // namespace inferwire::openai
