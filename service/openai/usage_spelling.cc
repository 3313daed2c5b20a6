#include "openai/usage_spelling.h"

namespace inferwire::openai {
namespace {

struct Spelling {
  std::string_view name;
  UsageMember member;
};

using enum UsageMember;

// The fields' own names are here too: parts may stand in an object of another name.
constexpr Spelling kSpellings[] = {
    {"prompt_tokens", kInput},
    {"input_tokens", kInput},  // the Responses API, Anthropic
    {"promptTokens", kInput},
    {"inputTokens", kInput},
    {"promptTokenCount", kInput},  // Gemini
    {"prompt_token_count", kInput},
    {"completion_tokens", kOutput},
    {"output_tokens", kOutput},
    {"completionTokens", kOutput},
    {"outputTokens", kOutput},
    {"candidatesTokenCount", kOutput},
    {"candidates_token_count", kOutput},
    {"total_tokens", kTotal},
    {"totalTokens", kTotal},
    {"totalTokenCount", kTotal},
    {"total_token_count", kTotal},
    {"prompt_tokens_details", kInputDetails},
    {"prompt_token_details", kInputDetails},  // Mistral
    {"input_tokens_details", kInputDetails},
    {"input_token_details", kInputDetails},
    {"completion_tokens_details", kOutputDetails},
    {"completion_token_details", kOutputDetails},
    {"output_tokens_details", kOutputDetails},
    {"output_token_details", kOutputDetails},
    {"cached_tokens", kCached},            // Moonshot, Together
    {"prompt_cache_hit_tokens", kCached},  // DeepSeek
    {"num_cached_tokens", kCached},        // Mistral, vLLM
    {"cached_prompt_tokens", kCached},
    {"cached_input_tokens", kCached},
    {"cachedInputTokens", kCached},
    {"cache_read_tokens", kCached},
    {"cachedContentTokenCount", kCached},
    {"cached_content_token_count", kCached},
    {"cache_read_input_tokens", kCachedApart},
    {"cacheReadInputTokens", kCachedApart},
    {"prompt_cache_miss_tokens", kNotCached},
    {"cache_write_tokens", kWritten},
    {"cache_creation_tokens", kWritten},
    {"cache_write_input_tokens", kWritten},
    {"cache_creation_input_tokens", kWrittenApart},
    {"cacheWriteInputTokens", kWrittenApart},
    {"cacheCreationInputTokens", kWrittenApart},
    {"ephemeral_1h_input_tokens", kWrittenLong},
    {"reasoning_tokens", kReasoning},
    {"reasoningTokens", kReasoning},
    {"thinking_tokens", kReasoning},
    {"thoughtsTokenCount", kReasoning},
    {"thoughts_token_count", kReasoning},
    {"audio_tokens", kAudio},
    {"audio_prompt_tokens", kAudioInput},  // Azure
    {"audio_completion_tokens", kAudioOutput},
    {"prompt_audio_seconds", kNoPrice},  // Mistral
    {"citation_tokens", kNoPrice},       // Perplexity
    {"image_tokens", kImages},
    {"cached_tokens_details", kCachedDetails},
    {"server_tool_use", kNested},  // Anthropic
    {"web_search_requests", kSearches},
    {"num_search_queries", kSearches},  // Perplexity
    {"search_context_size", kSearchSize},
    {"cost", kCost},
    {"total_cost", kCost},
    {"estimated_cost", kCost},  // DeepInfra
    {"cost_estimate", kCost},
    {"cost_in_usd_ticks", kCostTicks},  // xAI
    {"cost_details", kCostDetails},
    {"upstream_inference_cost", kUpstreamCost},  // OpenRouter
    {"is_byok", kOwnKey},
    {"cache_creation", kNested},
    {"pydantic_ai_gateway", kNested},
};

}  // namespace

UsageMember UsageMemberOf(std::string_view name) {
  for (const Spelling& spelling : kSpellings) {
    if (spelling.name == name) return spelling.member;
  }
  return kOther;
}

}  // namespace inferwire::openai
