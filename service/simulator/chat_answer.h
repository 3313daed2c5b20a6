// The answer to a chat request: the same request and seed give the same answer, in one piece or as
// a stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/behavior.h"
#include "simulator/chat_request.h"
#include "simulator/errors.h"
#include "simulator/json.h"

namespace inferwire::simulator {

struct AnswerCall {
  std::string id, name, arguments;
  bool custom = false;
};

struct AnswerChoice {
  std::string text;  // content, or the refusal
  bool refusal = false;
  std::vector<AnswerCall> calls;
  std::string finish_reason = "stop";
};

struct ChatAnswer {
  std::string id, model, fingerprint, service_tier;
  int64_t created = 0;
  std::vector<AnswerChoice> choices;
  int64_t prompt_tokens = 0, completion_tokens = 0, reasoning_tokens = 0;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  uint64_t hash = 0;
};

// Fails if a schema cannot be satisfied.
std::optional<ApiError> MakeAnswer(const ChatRequest& request, const Behavior& behavior,
                                   int64_t created, ChatAnswer& answer);

// The tool calls of one choice; empty if it answers in text.
std::vector<AnswerCall> ChooseCalls(const ChatRequest& request, uint64_t hash,
                                    std::optional<ApiError>& fault);

Json UsageJson(const ChatAnswer& answer);
// {"content": [...], "refusal": null} for these tokens of the text.
Json LogprobsJson(std::string_view text, bool refusal, int64_t top, uint64_t hash);
// The body of the unary answer.
std::string UnaryBody(const ChatAnswer& answer, bool usage);

}  // namespace inferwire::simulator
