#include "openai/completion_builder.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "codec/base64.h"
#include "codec/decode.h"
#include "codec/encode.h"
#include "codec/json_text.h"
#include "codec/shadowed_extra.h"
#include "openai/large_body.h"

namespace inferwire::openai {
namespace {

constexpr char kFinishReason[] = "finish_reason";
constexpr char kContent[] = "content";

// Of what a message has and a delta has no field for.
constexpr std::array<const char*, 4> kMessageMembers = {"audio", "annotations", "name",
                                                        "tool_call_id"};

// Each piece of sound may be base64 of its own, padding included.
void JoinSound(v1::AudioOutput& audio) {
  const auto joined = audio.extra().find("data");
  if (joined == audio.extra().end() || !joined->second.starts_with('"')) return;
  const std::string text = codec::JsonCursor(joined->second).ReadString().Text();
  std::string sound;
  for (size_t begin = 0, end = 0; begin < text.size(); begin = end) {
    end = std::min(text.find_first_not_of('=', text.find('=', begin)), text.size());
    const auto piece = codec::DecodeBase64(std::string_view(text).substr(begin, end - begin));
    if (!piece) return;
    sound += *piece;
  }
  audio.set_data(std::move(sound));
  audio.mutable_extra()->erase("data");
}

void TakeMessageMembers(v1::ChatMessage& message) {
  for (const char* const name : kMessageMembers) {
    const auto member = message.extra().find(name);
    if (member == message.extra().end()) continue;
    v1::ChatMessage read;
    const std::string json = "{\"" + std::string(name) + "\":" + member->second + '}';
    if (!codec::FromJson(json, read) || !read.extra().empty()) continue;
    message.mutable_extra()->erase(name);
    message.MergeFrom(read);
  }
  if (message.has_audio()) JoinSound(*message.mutable_audio());
}

bool IsNamed(v1::Role role) { return role != v1::ROLE_UNSPECIFIED && role != v1::ROLE_OTHER; }

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
  bytes_ += KeepLast(chunk.extra(), *completion_.mutable_extra(), {"object"});
}

void CompletionBuilder::AddChoice(const v1::ChunkChoice& from) {
  Choice& to = choices_[from.index()];
  to.choice.set_index(from.index());
  if (from.has_delta()) AddDelta(from.delta(), to);
  if (from.has_logprobs()) AddLogProbs(from.logprobs(), to);
  // Perplexity sends the message so far beside every delta.
  bytes_ += to.extra.Add(from.extra(), JsonPiece::Kind::kState, {"message", "delta"});
  if (from.finish_reason() == v1::FINISH_REASON_UNSPECIFIED) return;
  to.choice.set_finish_reason(from.finish_reason());
  // The text of an earlier reason that had no name.
  if (from.finish_reason() != v1::FINISH_REASON_OTHER) to.extra.Erase(kFinishReason);
}

void CompletionBuilder::AddDelta(const v1::Delta& from, Choice& to) {
  v1::ChatMessage& message = *to.choice.mutable_message();
  if (message.role() == v1::ROLE_UNSPECIFIED ||
      (message.role() == v1::ROLE_OTHER && IsNamed(from.role()))) {
    message.set_role(from.role());
  }
  if (from.has_content()) Append(from.content(), *message.mutable_content());
  if (from.has_refusal()) Append(from.refusal(), *message.mutable_refusal());
  if (from.has_reasoning_content()) {
    Append(from.reasoning_content(), *message.mutable_reasoning_content());
  }
  for (const v1::ToolCallDelta& call : from.tool_calls()) AddToolCall(call, to.calls[call.index()]);
  bytes_ += to.message_extra.Add(from.extra(), JsonPiece::Kind::kDifference);
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
    bytes_ += to.body_extra.Add(from.custom().extra(), JsonPiece::Kind::kDifference);
  } else if (from.has_function() || from.type() == "function") {
    v1::FunctionCall& function = *call.mutable_function();
    if (from.function().has_name()) function.set_name(from.function().name());
    Append(from.function().arguments(), *function.mutable_arguments());
    bytes_ += to.body_extra.Add(from.function().extra(), JsonPiece::Kind::kDifference);
  }
  bytes_ += to.extra.Add(from.extra(), JsonPiece::Kind::kDifference);
}

void CompletionBuilder::AddLogProbs(const v1::LogProbs& from, Choice& to) {
  bytes_ += from.ByteSizeLong();
  v1::LogProbs& logprobs = *to.choice.mutable_logprobs();
  logprobs.mutable_content()->MergeFrom(from.content());
  logprobs.mutable_refusal()->MergeFrom(from.refusal());
  bytes_ += to.logprobs_extra.Add(from.extra(), JsonPiece::Kind::kSeries);
}

void CompletionBuilder::Append(const std::string& piece, std::string& text) {
  AppendBody(piece, max_bytes_, text);
  bytes_ += piece.size();
}

void CompletionBuilder::FinishMessage(Choice& built) {
  v1::ChatMessage& message = *built.choice.mutable_message();
  built.message_extra.MoveTo(*message.mutable_extra());
  if (message.role() == v1::ROLE_UNSPECIFIED) message.set_role(v1::ROLE_ASSISTANT);
  for (auto& [index, each] : built.calls) {
    v1::ToolCall& call = each.call;
    each.extra.MoveTo(*call.mutable_extra());
    if (call.has_function()) each.body_extra.MoveTo(*call.mutable_function()->mutable_extra());
    if (call.has_custom()) each.body_extra.MoveTo(*call.mutable_custom()->mutable_extra());
    if (call.call_case() == v1::ToolCall::CALL_NOT_SET) MakeWhole(each.type, call);
    *message.add_tool_calls() = std::move(call);
  }
  TakeMessageMembers(message);
  JoinContent(message);
  DropEmptyTexts(message);
}

v1::ChatCompletion CompletionBuilder::Take(const v1::Usage* usage) {
  for (auto& [index, built] : choices_) {
    FinishMessage(built);
    built.extra.MoveTo(*built.choice.mutable_extra());
    if (built.choice.has_logprobs()) {
      built.logprobs_extra.MoveTo(*built.choice.mutable_logprobs()->mutable_extra());
    }
    *completion_.add_choices() = std::move(built.choice);
  }
  if (usage) *completion_.mutable_usage() = *usage;
  codec::DropShadowedExtra(completion_);
  choices_.clear();
  bytes_ = 0;
  return std::exchange(completion_, {});
}

}  // namespace inferwire::openai
