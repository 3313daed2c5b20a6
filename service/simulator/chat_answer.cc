#include "simulator/chat_answer.h"

#include <algorithm>

#include "simulator/random.h"
#include "simulator/raw_text.h"
#include "simulator/schema.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMinTokens = 16, kMaxTokens = 96;
constexpr std::string_view kRefusal = "I'm very sorry, but I can't assist with that request.";

std::optional<std::string> FormattedText(const ChatRequest& request, Random& random,
                                         std::optional<ApiError>& fault) {
  if (request.format == Format::kText) return std::nullopt;
  if (request.format == Format::kJsonObject) {
    return Dump({{"title", Words(random, 12)},
                 {"count", static_cast<int64_t>(random.Below(100))},
                 {"items", {Words(random, 6), Words(random, 6)}}});
  }
  Facts facts(request.last_user_text);
  auto value = Instance(request.schema, random, facts);
  if (value) return Dump(*value);
  fault = BadRequest("Invalid schema for response_format: no value satisfies it.",
                     "response_format", {});
  return std::nullopt;
}

std::string PlainText(const ChatRequest& request, const Behavior& behavior, Random& random) {
  if (behavior.echo) return request.last_user_text;
  if (behavior.big) {
    std::string text = Words(random, static_cast<size_t>(*behavior.big));
    text.resize(PieceBytes(text, static_cast<size_t>(*behavior.big)));
    text.resize(static_cast<size_t>(*behavior.big), '.');
    return text;
  }
  const auto usual = kMinTokens + static_cast<int64_t>(random.Below(kMaxTokens - kMinTokens));
  return Sentences(random, behavior.tokens.value_or(usual));
}

// Cuts the answer where the limit or a stop sequence says; tokens is what the limit leaves.
void Cut(const ChatRequest& request, int64_t tokens, AnswerChoice& choice) {
  for (const std::string& stop : request.stop) {
    const size_t at = stop.empty() ? std::string::npos : choice.text.find(stop);
    if (at != std::string::npos) choice.text.resize(at);
  }
  const auto cut = [&](std::string& text) {
    const std::string_view kept = FirstTokens(text, tokens);
    if (kept.size() < text.size()) choice.finish_reason = "length";
    text.resize(kept.size());
    tokens -= CountTokens(text);
  };
  cut(choice.text);
  for (AnswerCall& call : choice.calls) cut(call.arguments);
}

AnswerChoice MakeChoice(const ChatRequest& request, const Behavior& behavior, uint64_t hash,
                        std::optional<ApiError>& fault) {
  Random random(hash);
  AnswerChoice choice;
  if (behavior.refusal) {
    choice.refusal = true;
    choice.text = kRefusal;
    return choice;
  }
  choice.calls = ChooseCalls(request, hash, fault);
  if (!choice.calls.empty()) {
    const bool named = request.tool_mode == ToolMode::kNamed;  // the real API says stop then
    choice.finish_reason = named ? "stop" : "tool_calls";
  } else if (auto text = FormattedText(request, random, fault)) {
    choice.text = std::move(*text);
  } else if (!fault) {
    choice.text = PlainText(request, behavior, random);
  }
  if (behavior.lone_surrogate || behavior.invalid_utf8) choice.text.insert(0, kRawMarker);
  return choice;
}

int64_t TokensOf(const AnswerChoice& choice) {
  int64_t count = CountTokens(choice.text);
  for (const AnswerCall& call : choice.calls) {
    count += CountTokens(call.name) + CountTokens(call.arguments);
  }
  return count;
}

}  // namespace

std::optional<ApiError> MakeAnswer(const ChatRequest& request, const Behavior& behavior,
                                   int64_t created, ChatAnswer& answer) {
  Random random(request.hash);
  answer.id = "chatcmpl-" + Letters(random, 29);
  answer.model = request.answer_model;
  answer.fingerprint = "fp_" + Letters(random, 10);
  answer.service_tier = request.service_tier;
  answer.created = created;
  answer.prompt_tokens = request.prompt_tokens;
  const int64_t reasoning = behavior.reasoning.value_or(request.reasoning_tokens);
  answer.logprobs = request.logprobs;
  answer.top_logprobs = request.top_logprobs;
  answer.hash = request.hash;
  const int64_t limit = request.max_tokens.value_or(request.model->max_output);
  const bool is_big = behavior.big && !request.max_tokens;
  const int64_t left = is_big ? INT64_MAX : std::max<int64_t>(0, limit - reasoning);
  answer.reasoning_tokens = std::min(reasoning, limit);
  std::optional<ApiError> fault;
  for (int64_t i = 0; i < request.choices && !fault; ++i) {
    AnswerChoice choice =
        MakeChoice(request, behavior, request.hash + static_cast<uint64_t>(i), fault);
    Cut(request, left, choice);
    answer.completion_tokens += TokensOf(choice) + answer.reasoning_tokens;
    answer.choices.push_back(std::move(choice));
  }
  answer.reasoning_tokens *= request.choices;
  return fault;
}

}  // namespace inferwire::simulator
