// A completion in one piece, whichever way it was asked for. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "codec/decode.h"
#include "inferwire/v1/chat.pb.h"
#include "openai/error.h"

namespace inferwire::openai {

// Makes the JSON of a chat completion the only chunk of a stream: its deltas are the messages.
// Nothing is lost. Fails (UPSTREAM_PROTOCOL) if the text is no completion, or one without a choice.
Result<void> ChunkFromCompletion(std::string_view json, v1::ChatCompletionChunk& chunk,
                                 const codec::JsonLimits& limits, codec::DecodeStats& stats);

// Mends what some do otherwise in a whole answer: a message without a role is the assistant's, and
// parts under other names are texts.
void CompleteMessages(v1::ChatCompletion& completion);

// Something was answered: a choice with a message, however short, or a finish reason. What has no
// choices at all, and does not name them either (json is what it was read from), is left to the
// caller if it has any other member of a completion.
bool HasSubstance(const v1::ChatCompletion& completion, std::string_view json);

// What a 200 came with, for errors.
struct AnswerFacts {
  const http::Headers& headers;
  Attempt attempt;
  WallTime now;
};
// The error of a 200 that answers nothing, in the provider's words if there are any; nothing: it is
// an answer. Calls and items of batches are judged by this alone.
std::optional<Error> FaultOfAnswer(const v1::ChatCompletion& completion, std::string_view json,
                                   const AnswerFacts& facts);
// Of one that codec::FromJson refuses because of `error`.
Error UnreadableAnswer(const Error& error, std::string_view json, const AnswerFacts& facts);
// All of it for text that nothing else is wanted of: an error object, unreadable, or hollow.
std::optional<Error> FaultOfAnswer(std::string_view json, const codec::JsonLimits& limits,
                                   const AnswerFacts& facts);

}  // namespace inferwire::openai
