#include "openai/tool_call_indexer.h"

#include <utility>

namespace llmgate::openai {
namespace {

const std::string& NameOf(const v1::ToolCallDelta& delta) {
  return delta.has_function() ? delta.function().name() : delta.custom().name();
}

void Replace(const std::string& from, std::string& to) {
  if (!from.empty()) to = from;
}

// Two differences of one call in one chunk: texts are appended, the rest is taken once.
void Merge(const v1::ToolCallDelta& from, v1::ToolCallDelta& to) {
  if (from.has_id()) to.set_id(from.id());
  if (from.has_type()) to.set_type(from.type());
  if (from.has_function()) {
    v1::FunctionCallDelta& function = *to.mutable_function();
    if (from.function().has_name()) function.set_name(from.function().name());
    if (from.function().has_arguments()) {
      function.mutable_arguments()->append(from.function().arguments());
    }
    function.mutable_extra()->insert(from.function().extra().begin(),
                                     from.function().extra().end());
  }
  if (from.has_custom()) {
    v1::CustomToolCallDelta& custom = *to.mutable_custom();
    if (from.custom().has_name()) custom.set_name(from.custom().name());
    if (from.custom().has_input()) custom.mutable_input()->append(from.custom().input());
    custom.mutable_extra()->insert(from.custom().extra().begin(), from.custom().extra().end());
  }
  to.mutable_extra()->insert(from.extra().begin(), from.extra().end());
}

}  // namespace

bool ToolCallIndexer::Normalise(google::protobuf::RepeatedPtrField<v1::ToolCallDelta>& deltas) {
  std::map<int32_t, int> seen;  // our index -> position in this chunk
  int kept = 0;
  for (int i = 0; i < deltas.size(); ++i) {
    v1::ToolCallDelta& delta = *deltas.Mutable(i);
    const int32_t index = IndexOf(delta);
    if (calls_.size() > kMaxCalls) return false;
    delta.set_index(index);
    DropKnown(delta);
    const auto [place, is_first] = seen.try_emplace(index, kept);
    if (is_first) {
      deltas.SwapElements(i, kept++);
    } else {
      Merge(delta, *deltas.Mutable(place->second));
    }
  }
  deltas.DeleteSubrange(kept, deltas.size() - kept);
  return true;
}

int32_t ToolCallIndexer::IndexOf(const v1::ToolCallDelta& delta) {
  const auto known_id = delta.id().empty() ? by_id_.end() : by_id_.find(delta.id());
  if (known_id != by_id_.end()) return last_ = known_id->second;
  if (!delta.has_index() || delta.index() < 0) {
    if (last_ >= 0 && delta.id().empty()) return last_;
    return last_ = Open(std::nullopt);
  }
  const auto used = by_upstream_.find(delta.index());
  if (used != by_upstream_.end()) {
    const Call& call = calls_[used->second];
    const bool other = !delta.id().empty() && !call.id.empty() && delta.id() != call.id;
    if (!other || NameOf(delta).empty() || call.name.empty()) return last_ = used->second;
  }
  last_ = Open(delta.index());
  by_upstream_[delta.index()] = last_;
  return last_;
}

// The wanted index if it is free, else the one after the highest.
int32_t ToolCallIndexer::Open(std::optional<int32_t> wanted) {
  int32_t index = calls_.empty() ? 0 : calls_.rbegin()->first;
  if (!calls_.empty() && index < INT32_MAX) ++index;
  if (wanted && !calls_.contains(*wanted)) index = *wanted;
  calls_.try_emplace(index);
  return index;
}

// The first id and type stand: some servers make up a new id for every difference of one call.
void ToolCallIndexer::DropKnown(v1::ToolCallDelta& delta) {
  Call& call = calls_[delta.index()];
  if (call.id.empty() && !delta.id().empty()) by_id_.try_emplace(delta.id(), delta.index());
  if (!call.id.empty() || delta.id().empty()) delta.clear_id();
  if (!call.type.empty() || delta.type().empty()) delta.clear_type();
  Replace(delta.id(), call.id);
  Replace(delta.type(), call.type);
  if (NameOf(delta).empty() || NameOf(delta) == call.name) {
    if (delta.has_function()) delta.mutable_function()->clear_name();
    if (delta.has_custom()) delta.mutable_custom()->clear_name();
  }
  Replace(NameOf(delta), call.name);
}

}  // namespace llmgate::openai
