#include "openai/chunk_merger.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "codec/utf8.h"
#include "openai/content_text.h"
#include "openai/extra_pieces.h"

namespace inferwire::openai {
namespace {

constexpr char kFinishReason[] = "finish_reason", kRole[] = "role";

Error TooLarge(std::string_view what) {
  Error error;
  error.code = Code::kInternal;
  error.reason = v1::ERROR_REASON_RESPONSE_TOO_LARGE;
  error.origin = Origin::kUpstream;
  error.message = what;
  return error;
}

// True if the value is new; remembers it.
bool IsNews(const std::string& value, std::string& last) {
  if (value.empty() || value == last) return false;
  last = value;
  return true;
}

// Snowflake ends no choice with "finish_reason": "".
void DropEmptyFinish(v1::ChunkChoice& choice) {
  if (choice.finish_reason() != v1::FINISH_REASON_OTHER) return;
  const auto text = choice.extra().find(kFinishReason);
  if (text == choice.extra().end() || !IsEmptyJson(text->second)) return;
  choice.clear_finish_reason();
  choice.mutable_extra()->erase(kFinishReason);
}

// MiniMax and GLM send "role": "".
void DropEmptyRole(v1::Delta& delta) {
  if (delta.role() != v1::ROLE_OTHER) return;
  const auto text = delta.extra().find(kRole);
  if (text == delta.extra().end() || !IsEmptyJson(text->second)) return;
  delta.clear_role();
  delta.mutable_extra()->erase(kRole);
}

// As CharacterJoiner::Join, for the JSON of a string: holds back the escape of a pair's first half.
void JoinEscapes(std::string& value, std::string& held) {
  constexpr size_t kEscape = 6;  // \ud83d
  if (!held.empty()) value.insert(1, std::exchange(held, {}));
  if (value.size() < kEscape + 2) return;
  const size_t at = value.size() - 1 - kEscape;
  const auto is = [&](size_t i, std::string_view wanted) {
    return wanted.find(static_cast<char>(
               std::tolower(static_cast<unsigned char>(value[at + i])))) != std::string_view::npos;
  };
  if (!is(0, "\\") || !is(1, "u") || !is(2, "d") || !is(3, "89ab")) return;
  const size_t slashes = at - value.find_last_not_of('\\', at - 1) - 1;
  if (slashes % 2 != 0) return;  // the backslash is itself escaped
  held = value.substr(at, kEscape);
  value.erase(at, kEscape);
}

std::string* TextOf(v1::ToolCallDelta& call) {
  if (call.has_function() && call.function().has_arguments()) {
    return call.mutable_function()->mutable_arguments();
  }
  return call.has_custom() && call.custom().has_input() ? call.mutable_custom()->mutable_input()
                                                        : nullptr;
}

bool Says(const v1::Delta& delta) {
  return !delta.content().empty() || !delta.refusal().empty() ||
         !delta.reasoning_content().empty() || delta.tool_calls_size() > 0 ||
         HasOutput(delta.extra());
}

}  // namespace

codec::PieceFields PiecesOfAChunk() {
  static const std::array kFields = {
      v1::Delta::descriptor()->FindFieldByNumber(v1::Delta::kContentFieldNumber),
      v1::Delta::descriptor()->FindFieldByNumber(v1::Delta::kRefusalFieldNumber),
      v1::Delta::descriptor()->FindFieldByNumber(v1::Delta::kReasoningContentFieldNumber),
      v1::FunctionCallDelta::descriptor()->FindFieldByNumber(
          v1::FunctionCallDelta::kArgumentsFieldNumber),
      v1::CustomToolCallDelta::descriptor()->FindFieldByNumber(
          v1::CustomToolCallDelta::kInputFieldNumber)};
  return kFields;
}

bool SaysAnything(const v1::ChatCompletionChunk& chunk) {
  return chunk.has_usage() ||
         std::any_of(chunk.choices().begin(), chunk.choices().end(),
                     [](const v1::ChunkChoice& choice) { return Says(choice.delta()); });
}

Result<void> ChunkMerger::Add(v1::ChatCompletionChunk& chunk) {
  DropUnchanged(chunk);
  for (v1::ChunkChoice& choice : *chunk.mutable_choices()) {
    if (auto added = AddChoice(choice); !added) return added;
  }
  if (!builder_) return {};
  builder_->Add(chunk);
  if (builder_->bytes() > max_bytes_) {
    return TooLarge("the answer is larger than " + std::to_string(max_bytes_) + " bytes");
  }
  return {};
}

void ChunkMerger::DropUnchanged(v1::ChatCompletionChunk& chunk) {
  if (!IsNews(chunk.id(), id_)) chunk.clear_id();
  if (!IsNews(chunk.model(), model_)) chunk.clear_model();
  if (!IsNews(chunk.service_tier(), service_tier_)) chunk.clear_service_tier();
  if (!IsNews(chunk.system_fingerprint(), system_fingerprint_)) chunk.clear_system_fingerprint();
  const int64_t created = chunk.created().seconds();
  if (created == 0 || created == created_) {
    chunk.clear_created();
  } else {
    created_ = created;
  }
}

Result<void> ChunkMerger::AddChoice(v1::ChunkChoice& choice) {
  const auto [place, is_new] = choices_.try_emplace(choice.index());
  open_choices_ += is_new;
  if (choices_.size() > kMaxChoices) return TooLarge("the answer has too many choices");
  Choice& known = place->second;
  if (choice.has_delta()) {
    if (!known.tool_calls.Normalise(*choice.mutable_delta()->mutable_tool_calls())) {
      return TooLarge("the answer has too many tool calls");
    }
    DropEmptyRole(*choice.mutable_delta());
    TakeTextOfParts(*choice.mutable_delta());
    Join(*choice.mutable_delta(), known.joiners);
    began_ = began_ || Says(choice.delta());
  }
  DropEmptyFinish(choice);
  if (choice.finish_reason() != v1::FINISH_REASON_UNSPECIFIED) EndTexts(choice, known.joiners);
  if (choice.finish_reason() != v1::FINISH_REASON_UNSPECIFIED && !known.finished) {
    known.finished = true;
    --open_choices_;
  }
  return {};
}

void ChunkMerger::Join(v1::Delta& delta, Joiners& joiners) {
  if (delta.has_content()) joiners.content.Join(*delta.mutable_content());
  if (delta.has_refusal()) joiners.refusal.Join(*delta.mutable_refusal());
  if (delta.has_reasoning_content()) joiners.reasoning.Join(*delta.mutable_reasoning_content());
  for (auto& [name, value] : *delta.mutable_extra()) {
    if (!IsTextName(name) || !value.starts_with('"')) continue;
    const auto held = joiners.extra.find(name);
    std::string more = held == joiners.extra.end() ? std::string() : std::move(held->second);
    JoinEscapes(value, more);
    if (!more.empty()) {
      joiners.extra[name] = std::move(more);
    } else if (held != joiners.extra.end()) {
      joiners.extra.erase(held);
    }
  }
  for (v1::ToolCallDelta& call : *delta.mutable_tool_calls()) {
    std::string* const text = TextOf(call);
    if (text == nullptr) continue;
    const auto known = joiners.calls.find(call.index());
    if (known == joiners.calls.end() && !codec::HasHalfAtEnd(*text)) continue;
    Joiners::Call& joiner = joiners.calls[call.index()];
    joiner.custom = call.has_custom();
    joiner.text.Join(*text);
  }
}

// What has not met its other half by now never will. True if there was any.
bool ChunkMerger::EndTexts(v1::ChunkChoice& choice, Joiners& joiners) {
  bool any = false;
  const auto end = [&](codec::CharacterJoiner& joiner, const auto& text) {
    if (!joiner.holds()) return;
    any = true;
    *text() += joiner.End();
  };
  const auto delta = [&] { return choice.mutable_delta(); };
  end(joiners.content, [&] { return delta()->mutable_content(); });
  end(joiners.refusal, [&] { return delta()->mutable_refusal(); });
  end(joiners.reasoning, [&] { return delta()->mutable_reasoning_content(); });
  for (const auto& [name, held] : std::exchange(joiners.extra, {})) {
    any = true;
    std::string& value = (*delta()->mutable_extra())[name];
    if (!value.ends_with('"')) value = "\"\"";
    std::string mark;
    codec::AppendUtf8(mark, codec::kReplacementCharacter);
    value.insert(value.size() - 1, mark);
  }
  for (auto& [index, joiner] : joiners.calls) {
    end(joiner.text, [&, number = index, custom = joiner.custom] {
      auto& calls = *delta()->mutable_tool_calls();
      const auto known = std::find_if(calls.begin(), calls.end(),
                                      [&](const auto& call) { return call.index() == number; });
      v1::ToolCallDelta& call = known == calls.end() ? *calls.Add() : *known;
      call.set_index(number);
      return custom ? call.mutable_custom()->mutable_input()
                    : call.mutable_function()->mutable_arguments();
    });
  }
  return any;
}

bool ChunkMerger::Flush(v1::ChatCompletionChunk& chunk) {
  chunk.Clear();
  for (auto& [index, known] : choices_) {
    v1::ChunkChoice choice;
    if (!EndTexts(choice, known.joiners)) continue;
    choice.set_index(index);
    *chunk.add_choices() = std::move(choice);
  }
  if (chunk.choices_size() > 0 && builder_) builder_->Add(chunk);
  return chunk.choices_size() > 0;
}

}  // namespace inferwire::openai
