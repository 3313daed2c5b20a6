// What a server that does not stream answers to a streamed request: the completion in one piece.
// Pure.
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

}  // namespace llmgate::openai
