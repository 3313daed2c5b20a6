// One response of /v1/responses: what it says, and what it looks like at a moment of its life. Its
// answer is complete from the beginning; only time decides how much of it is seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/chat_answer.h"
#include "simulator/response_request.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

struct OutputItem {
  enum class Kind { kReasoning, kText, kRefusal, kFunction, kCustom };
  Kind kind = Kind::kText;
  std::string id{};
  std::string text{};             // summary, text, refusal, arguments or input
  std::string call_id{}, name{};  // of a call
  std::string encrypted{};        // of reasoning
  bool cut = false;               // by max_output_tokens
};

enum class ResponseState { kQueued, kInProgress, kCompleted, kIncomplete, kFailed, kCancelled };

struct StoredResponse {
  std::string id{};
  Json echo{};  // of the request
  int64_t created_at = 0;
  std::vector<OutputItem> output{};
  ChatAnswer answer{};  // for usage and logprobs; its texts are the output's
  ResponseState last = ResponseState::kCompleted;
  std::optional<ApiError> error{};  // with kFailed
  bool error_event = false;         // it failed before any output
  std::vector<Json> input{};        // items
  ItemContext context{};            // after the output: where the next response begins
  bool background = false, obfuscation = true;
  Behavior behavior{};  // its pace and shape, also when it is read again
  WallTime began{};
  std::optional<WallTime> cancelled{};

  std::chrono::milliseconds queue_time() const { return behavior.response.time / 10; }
  ResponseState StateAt(WallTime now) const;
};

std::string_view NameOf(ResponseState state);
// Nothing changes any more.
bool IsFinal(ResponseState state);

// done: with its text and status.
Json ToJson(const OutputItem& item, const StoredResponse& response, bool done);
// The part of a message, with its text or before it.
Json PartJson(const OutputItem& item, const StoredResponse& response, bool done);
Json ToJson(const StoredResponse& response, ResponseState state);
// The texts of the output as an item of a prompt.
Json ResponseUsage(const ChatAnswer& answer);

// The output that answers the request. The error if a schema cannot be satisfied.
std::optional<ApiError> AnswerResponse(const ResponseRequest& request, const Behavior& behavior,
                                       int64_t created_at, Random& ids, StoredResponse& response);

}  // namespace inferwire::simulator
