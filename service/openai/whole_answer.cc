#include "openai/whole_answer.h"

#include <string>

namespace llmgate::openai {
namespace {

constexpr char kObject[] = "object";
constexpr char kMessage[] = "message";

Error NoCompletion() {
  Error error;
  error.code = Code::kInternal;
  error.reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
  error.origin = Origin::kUpstream;
  error.message = "the answer is neither an event stream nor a completion";
  return error;
}

}  // namespace

Result<void> ChunkFromCompletion(std::string_view json, v1::ChatCompletionChunk& chunk,
                                 const codec::JsonLimits& limits, codec::DecodeStats& stats) {
  if (auto decoded = codec::FromJson(json, chunk, limits, &stats); !decoded) return decoded;
  if (chunk.choices().empty()) return NoCompletion();
  // A completion differs from a chunk in what it calls itself and in the name of a choice's
  // message.
  stats.unknown_members -= static_cast<int>(chunk.mutable_extra()->erase(kObject));
  for (v1::ChunkChoice& choice : *chunk.mutable_choices()) {
    const auto message = choice.extra().find(kMessage);
    if (message == choice.extra().end() || choice.has_delta()) return NoCompletion();
    const std::string text = message->second;
    codec::DecodeStats within;
    auto decoded = codec::FromJson(text, *choice.mutable_delta(), limits, &within);
    if (!decoded) return decoded;
    choice.mutable_extra()->erase(kMessage);
    stats.unknown_members += within.unknown_members - 1;
  }
  return {};
}

}  // namespace llmgate::openai
