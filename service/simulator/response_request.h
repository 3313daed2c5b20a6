// POST /v1/responses, read and checked as the real API checks it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/chat_request.h"
#include "simulator/items.h"

namespace inferwire::simulator {

struct ResponseRequest {
  ChatRequest chat{};         // what the answer depends on
  std::vector<Json> input{};  // as items
  ItemContext context{};      // after the input
  bool store = true, background = false;
  bool encrypted_reasoning = false, reasoning_summary = false;
  std::string previous{}, conversation{};  // ids; empty: none
  Json echo{};                             // the members that the response repeats
};

// before: what stands before the input. ids: for items without one.
std::optional<ApiError> ReadResponse(const Json& body, const ChatOptions& options,
                                     ItemContext before, Random& ids, ResponseRequest& request);
// For /input_tokens and /compact: model, instructions, input and tools alone.
std::optional<ApiError> ReadPrompt(const Json& body, const ChatOptions& options, ItemContext before,
                                   Random& ids, ResponseRequest& request);
// The id in conversation, a text or an object; empty: none.
std::string ConversationId(const Json& body);

// The parts of it.
void ReadResponseTools(Fields& body, ChatRequest& request, std::optional<ApiError>& fault);
void ReadResponseFormat(Fields& body, ChatRequest& request, std::optional<ApiError>& fault);
Json ResponseEcho(const Json& body, const ResponseRequest& request);

}  // namespace inferwire::simulator
