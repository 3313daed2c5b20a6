#include "openai/tool_call_indexer.h"

#include <utility>

namespace inferwire::openai {
namespace {

const std::string& NameOf(const v1::ToolCallDelta& delta) {
  return delta.has_function() ? delta.function().name() : delta.custom().name();
}

std::string_view TextOf(const v1::ToolCallDelta& delta) {
  return delta.has_function() ? delta.function().arguments() : delta.custom().input();
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

void JsonProgress::Take(std::string_view piece) {
  for (const char c : piece) {
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      began_ = true;
      ++depth_;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }
}

bool ToolCallIndexer::Normalise(google::protobuf::RepeatedPtrField<v1::ToolCallDelta>& deltas) {
  std::map<int32_t, int> seen;  // our index -> position in this chunk
  int kept = 0;
  for (int i = 0; i < deltas.size(); ++i) {
    v1::ToolCallDelta& delta = *deltas.Mutable(i);
    const int32_t index = IndexOf(delta);
    if (calls_.size() > kMaxCalls) return false;
    delta.set_index(index);
    DropKnown(delta);
    calls_[index].arguments.Take(TextOf(delta));
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
  const std::optional<int32_t> index =
      delta.has_index() && delta.index() >= 0 ? std::optional(delta.index()) : std::nullopt;
  const auto known_id = delta.id().empty() ? by_id_.end() : by_id_.find(delta.id());
  if (known_id != by_id_.end()) {
    const Call& call = calls_[known_id->second];
    // Some give every call the same id.
    const bool numbered_apart = index && call.upstream_index && *index != *call.upstream_index;
    const bool known_index = index && by_upstream_.contains(*index);
    if (!numbered_apart || (NameOf(delta).empty() && !known_index)) {
      return last_ = known_id->second;
    }
  }
  if (!index) {
    if (last_ >= 0 && ContinuesUnnumbered(delta, calls_[last_])) return last_;
    return last_ = Open(std::nullopt);
  }
  const auto used = by_upstream_.find(*index);
  if (used != by_upstream_.end() && !BeginsAnother(delta, calls_[used->second])) {
    return last_ = used->second;
  }
  last_ = Open(index);
  by_upstream_[*index] = last_;
  calls_[last_].upstream_index = index;
  return last_;
}

// A new id opens a call, unless all that comes with it is a text that the last one still lacks.
bool ToolCallIndexer::ContinuesUnnumbered(const v1::ToolCallDelta& delta, const Call& last) {
  if (delta.id().empty()) return !BeginsAnother(delta, last);
  return NameOf(delta).empty() && !TextOf(delta).empty() && !last.name.empty() &&
         !last.arguments.complete();
}

bool ToolCallIndexer::BeginsAnother(const v1::ToolCallDelta& delta, const Call& call) {
  const std::string& name = NameOf(delta);
  if (name.empty() || call.name.empty()) return false;
  if (!delta.id().empty() && !call.id.empty()) return delta.id() != call.id;
  if (call.arguments.complete()) return !TextOf(delta).empty() || name != call.name;
  // A name that grows is one name.
  return !name.starts_with(call.name);
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

}  // namespace inferwire::openai
