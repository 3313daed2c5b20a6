#include "openai/chunk_merger.h"

#include <algorithm>
#include <string_view>

#include "openai/extra_merge.h"

namespace llmgate::openai {
namespace {

constexpr char kFinishReason[] = "finish_reason";

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

bool Says(const v1::Delta& delta) {
  return !delta.content().empty() || !delta.refusal().empty() ||
         !delta.reasoning_content().empty() || delta.tool_calls_size() > 0 ||
         HasOutput(delta.extra());
}

}  // namespace

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
    began_ = began_ || Says(choice.delta());
  }
  DropEmptyFinish(choice);
  if (choice.finish_reason() != v1::FINISH_REASON_UNSPECIFIED && !known.finished) {
    known.finished = true;
    --open_choices_;
  }
  return {};
}

}  // namespace llmgate::openai
