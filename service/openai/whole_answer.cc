#include "openai/whole_answer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "openai/content_text.h"
#include "openai/extra_pieces.h"

namespace inferwire::openai {
namespace {

constexpr char kObject[] = "object", kRole[] = "role", kChoices[] = "choices";
constexpr char kFinishReason[] = "finish_reason";
constexpr char kMessage[] = "message";

Error NoCompletion() {
  Error error;
  error.code = Code::kInternal;
  error.reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
  error.origin = Origin::kUpstream;
  error.message = "the answer is neither an event stream nor a completion";
  return error;
}

// Set, and not "".
template <class Message>
bool HasEnum(int number, int other, const Message& message, const char* name) {
  if (number != other) return number != 0;
  const auto text = message.extra().find(name);
  return text == message.extra().end() || !IsEmptyJson(text->second);
}

template <class Choice>
bool IsFinished(const Choice& choice) {
  return HasEnum(choice.finish_reason(), v1::FINISH_REASON_OTHER, choice, kFinishReason);
}

bool HasMessage(const v1::Choice& choice) {
  return choice.has_message() || choice.extra().contains(kMessage);
}

}  // namespace

void CompleteMessages(v1::ChatCompletion& completion) {
  for (v1::Choice& choice : *completion.mutable_choices()) {
    if (!choice.has_message()) continue;
    v1::ChatMessage& message = *choice.mutable_message();
    TakeTextOfParts(message);
    if (HasEnum(message.role(), v1::ROLE_OTHER, message, kRole)) continue;
    message.set_role(v1::ROLE_ASSISTANT);
    message.mutable_extra()->erase(kRole);
  }
}

bool HasSubstance(const v1::ChatCompletion& completion, std::string_view json) {
  // Choices in a form of their own.
  const auto odd = completion.extra().find(kChoices);
  if (odd != completion.extra().end() && !IsEmptyJson(odd->second)) return true;
  if (completion.choices().empty()) {
    const bool is_one =
        !completion.id().empty() || !completion.model().empty() || completion.has_usage();
    return is_one && json.find("\"choices\"") == std::string_view::npos;
  }
  return std::any_of(
      completion.choices().begin(), completion.choices().end(),
      [](const v1::Choice& choice) { return IsFinished(choice) || HasMessage(choice); });
}

std::optional<Error> FaultOfAnswer(const v1::ChatCompletion& completion, std::string_view json,
                                   const AnswerFacts& facts) {
  const auto& [headers, attempt, now] = facts;
  const bool failed =
      !HasSubstance(completion, json) ||
      (completion.choices().empty() && FromHollow(json, headers, attempt, now).has_value());
  if (!failed) return std::nullopt;
  return NoAnswer(json, "it is not a chat completion, or answers nothing", headers, attempt, now);
}

Error UnreadableAnswer(const Error& error, std::string_view json, const AnswerFacts& facts) {
  if (error.reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE) {
    return TooLarge(error.message, facts.attempt);
  }
  return NoAnswer(json, error.message, facts.headers, facts.attempt, facts.now);
}

std::optional<Error> FaultOfAnswer(std::string_view json, const codec::JsonLimits& limits,
                                   const AnswerFacts& facts) {
  if (auto said = FromBody(json, facts.headers, facts.attempt, facts.now)) return said;
  v1::ChatCompletion completion;
  if (auto decoded = codec::FromJson(json, completion, limits); !decoded) {
    return UnreadableAnswer(decoded.error(), json, facts);
  }
  CompleteMessages(completion);
  return FaultOfAnswer(completion, json, facts);
}

Result<void> ChunkFromCompletion(std::string_view json, v1::ChatCompletionChunk& chunk,
                                 const codec::JsonLimits& limits, codec::DecodeStats& stats) {
  if (auto decoded = codec::FromJson(json, chunk, limits, &stats); !decoded) return decoded;
  if (chunk.choices().empty()) return NoCompletion();
  // A completion differs from a chunk in what it calls itself and in the name of a choice's
  // message.
  stats.unknown_members -= static_cast<int>(chunk.mutable_extra()->erase(kObject));
  bool answered = false;
  for (v1::ChunkChoice& choice : *chunk.mutable_choices()) {
    if (choice.has_delta()) return NoCompletion();
    answered = answered || IsFinished(choice);
    const auto message = choice.extra().find(kMessage);
    if (message == choice.extra().end()) continue;
    const std::string text = message->second;
    codec::DecodeStats within;
    if (text != "null") {
      answered = true;
      auto decoded = codec::FromJson(text, *choice.mutable_delta(), limits, &within);
      if (!decoded) return decoded;
    }
    choice.mutable_extra()->erase(kMessage);
    // Each is a call of its own, however they are numbered.
    int32_t number = 0;
    for (v1::ToolCallDelta& call : *choice.mutable_delta()->mutable_tool_calls()) {
      call.set_index(number++);
    }
    stats.unknown_members += within.unknown_members - 1;
  }
  if (!answered) return NoCompletion();
  return {};
}

}  // namespace inferwire::openai
