// POST /v1/completions, the API before chat: a text goes on. Each prompt is answered as chat
// answers a message.
#pragma once

#include <string>
#include <vector>

#include "simulator/chat_answer.h"

namespace inferwire::simulator {

struct TextChoice {
  std::string echo{}, text{};  // the prompt, where it is repeated; what follows
  size_t offset = 0;           // of text in prompt and answer together
  std::string finish_reason{};
};

struct TextCompletion {
  ChatRequest request{};
  std::vector<std::string> prompts{};
  bool echo = false;
  int64_t kept = 1;  // of the choices of each prompt: the others only cost
  std::optional<int64_t> logprobs{};
  // The answer.
  std::string id{};
  int64_t created = 0, completion_tokens = 0;
  std::vector<TextChoice> choices{};
};

std::optional<ApiError> ReadTextCompletion(const Json& body, const ChatOptions& options,
                                           TextCompletion& completion);
void AnswerText(const Behavior& behavior, int64_t created, TextCompletion& completion);

Json ToJson(const TextCompletion& completion, bool usage);
Json UsageJson(const TextCompletion& completion);
// Of a piece that begins at the offset; the very first token has none.
Json TextLogprobs(const TextCompletion& completion, std::string_view text, size_t offset);

}  // namespace inferwire::simulator
