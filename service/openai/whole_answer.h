// A completion in one piece, whichever way it was asked for. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "codec/decode.h"
#include "llmgate/v1/chat.pb.h"

namespace llmgate::openai {

// Makes the JSON of a chat completion the only chunk of a stream: its deltas are the messages.
// Nothing is lost. Fails (UPSTREAM_PROTOCOL) if the text is no completion.
Result<void> ChunkFromCompletion(std::string_view json, v1::ChatCompletionChunk& chunk,
                                 const codec::JsonLimits& limits, codec::DecodeStats& stats);

// Mends what some do otherwise in a whole answer: a message without a role is the assistant's, and
// parts under other names are texts.
void CompleteMessages(v1::ChatCompletion& completion);

// Something was answered: a choice with a message, however short, or a finish reason. What has no
// choices at all, and does not name them either (json is what it was read from), is left to the
// caller if it has any other member of a completion.
bool HasSubstance(const v1::ChatCompletion& completion, std::string_view json);

}  // namespace llmgate::openai
