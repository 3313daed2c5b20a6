#include "openai/completion_builder.h"

#include <string>
#include <utility>

#include "codec/decode.h"
#include "codec/encode.h"
#include "codec/shadowed_extra.h"
#include "openai/extra_merge.h"
#include "openai/large_body.h"

namespace llmgate::openai {
namespace {

constexpr char kFinishReason[] = "finish_reason";
constexpr char kContent[] = "content";

void AddFinish(const v1::ChunkChoice& from, v1::Choice& to) {
  if (from.finish_reason() == v1::FINISH_REASON_UNSPECIFIED) return;
  to.set_finish_reason(from.finish_reason());
  // The text of an earlier reason that had no name.
  if (from.finish_reason() != v1::FINISH_REASON_OTHER) to.mutable_extra()->erase(kFinishReason);
}

// Mistral's reasoning comes as lists of parts, and then its text as strings: together they are one
// list. Content of any other form gives way to the text, since a message has only one content.
void JoinContent(v1::ChatMessage& message) {
  const auto list = message.extra().find(kContent);
  if (list == message.extra().end()) return;
  v1::ChatMessage parts;
  const bool readable = codec::FromJson("{\"content\":" + list->second + "}", parts).ok();
  if (readable && parts.content_parts_size() > 0) {
    message.mutable_content_parts()->Swap(parts.mutable_content_parts());
    if (!message.content().empty()) message.add_content_parts()->set_text(message.content());
    message.clear_content();
  } else if (message.content().empty()) {
    message.clear_content();
    return;
  }
  message.mutable_extra()->erase(kContent);
}

// A stream sends "" where an answer in one piece has null.
void DropEmptyTexts(v1::ChatMessage& message) {
  if (message.content().empty() && (message.tool_calls_size() > 0 || !message.refusal().empty())) {
    message.clear_content();
  }
  if (message.refusal().empty()) message.clear_refusal();
  if (message.reasoning_content().empty()) message.clear_reasoning_content();
}

// A call of a type without a case is JSON, as it is in an answer in one piece.
void MakeWhole(const std::string& type, v1::ToolCall& call) {
  v1::ToolCallDelta members;
  if (call.has_id()) members.set_id(call.id());
  if (!type.empty()) members.set_type(type);
  members.mutable_extra()->swap(*call.mutable_extra());
  codec::DropShadowedExtra(members);
  std::string json;
  if (!codec::AppendJson(members, json)) return;
  call.Clear();
  call.set_raw_json(std::move(json));
}

}  // namespace

void CompletionBuilder::Add(const v1::ChatCompletionChunk& chunk) {
  // Avian changes the id in the middle of a stream, xAI the time: the beginning's are the answer's.
  if (completion_.id().empty() && chunk.has_id()) completion_.set_id(chunk.id());
  if (!completion_.has_created() && chunk.has_created()) {
    *completion_.mutable_created() = chunk.created();
  }
  if (chunk.has_model()) completion_.set_model(chunk.model());
  if (chunk.has_service_tier()) completion_.set_service_tier(chunk.service_tier());
  if (chunk.has_system_fingerprint()) {
    completion_.set_system_fingerprint(chunk.system_fingerprint());
  }
  if (chunk.has_moderation_json()) completion_.set_moderation_json(chunk.moderation_json());
  for (const v1::ChunkChoice& choice : chunk.choices()) AddChoice(choice);
  bytes_ += MergeExtra(chunk.extra(), *completion_.mutable_extra(), {"object"});
}

void CompletionBuilder::AddChoice(const v1::ChunkChoice& from) {
  Choice& to = choices_[from.index()];
  to.choice.set_index(from.index());
  if (from.has_delta()) AddDelta(from.delta(), to);
  if (from.has_logprobs()) AddLogProbs(from.logprobs(), *to.choice.mutable_logprobs());
  AddFinish(from, to.choice);
  // Perplexity sends the message so far beside every delta.
  bytes_ += MergeExtra(from.extra(), *to.choice.mutable_extra(), {"message", "delta"});
}

void CompletionBuilder::AddDelta(const v1::Delta& from, Choice& to) {
  v1::ChatMessage& message = *to.choice.mutable_message();
  if (message.role() == v1::ROLE_UNSPECIFIED) message.set_role(from.role());
  if (from.has_content()) Append(from.content(), *message.mutable_content());
  if (from.has_refusal()) Append(from.refusal(), *message.mutable_refusal());
  if (from.has_reasoning_content()) {
    Append(from.reasoning_content(), *message.mutable_reasoning_content());
  }
  for (const v1::ToolCallDelta& call : from.tool_calls()) AddToolCall(call, to.calls[call.index()]);
  bytes_ += MergeExtra(from.extra(), *message.mutable_extra());
}

void CompletionBuilder::AddToolCall(const v1::ToolCallDelta& from, Call& to) {
  v1::ToolCall& call = to.call;
  bytes_ += sizeof(Call) * (call.ByteSizeLong() == 0);
  if (from.has_id()) call.set_id(from.id());
  if (from.has_type()) to.type = from.type();
  if (from.has_custom() || from.type() == "custom") {
    v1::CustomToolCall& custom = *call.mutable_custom();
    if (from.custom().has_name()) custom.set_name(from.custom().name());
    Append(from.custom().input(), *custom.mutable_input());
    bytes_ += MergeExtra(from.custom().extra(), *custom.mutable_extra());
  } else if (from.has_function() || from.type() == "function") {
    v1::FunctionCall& function = *call.mutable_function();
    if (from.function().has_name()) function.set_name(from.function().name());
    Append(from.function().arguments(), *function.mutable_arguments());
    bytes_ += MergeExtra(from.function().extra(), *function.mutable_extra());
  }
  bytes_ += MergeExtra(from.extra(), *call.mutable_extra());
}

void CompletionBuilder::AddLogProbs(const v1::LogProbs& from, v1::LogProbs& to) {
  bytes_ += from.ByteSizeLong();
  to.mutable_content()->MergeFrom(from.content());
  to.mutable_refusal()->MergeFrom(from.refusal());
  MergeExtra(from.extra(), *to.mutable_extra());
}

void CompletionBuilder::Append(const std::string& piece, std::string& text) {
  AppendBody(piece, max_bytes_, text);
  bytes_ += piece.size();
}

v1::ChatCompletion CompletionBuilder::Take(const v1::Usage* usage) {
  for (auto& [index, built] : choices_) {
    v1::Choice& choice = *completion_.add_choices();
    choice = std::move(built.choice);
    v1::ChatMessage& message = *choice.mutable_message();
    if (message.role() == v1::ROLE_UNSPECIFIED) message.set_role(v1::ROLE_ASSISTANT);
    for (auto& [call_index, each] : built.calls) {
      if (each.call.call_case() == v1::ToolCall::CALL_NOT_SET) MakeWhole(each.type, each.call);
      *message.add_tool_calls() = std::move(each.call);
    }
    JoinContent(message);
    DropEmptyTexts(message);
  }
  if (usage) *completion_.mutable_usage() = *usage;
  codec::DropShadowedExtra(completion_);
  choices_.clear();
  bytes_ = 0;
  return std::exchange(completion_, {});
}

}  // namespace llmgate::openai
