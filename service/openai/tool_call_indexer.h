// The tool calls of one streamed choice: which call a difference belongs to, where upstreams number
// them badly. One per choice; not thread-safe.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "inferwire/v1/chat.pb.h"

namespace inferwire::openai {

// Follows a JSON text while it arrives, only as far as to know whether it is complete.
class JsonProgress {
 public:
  void Take(std::string_view piece);
  // An object or a list came to its end.
  bool complete() const { return began_ && depth_ == 0; }

 private:
  size_t depth_ = 0;
  bool began_ = false, in_string_ = false, escaped_ = false;
};

class ToolCallIndexer {
 public:
  // More is no answer but an attack.
  static constexpr size_t kMaxCalls = 1024;

  // Gives every difference an index, merges those of the same call into one, and drops ids, types
  // and names that were given before. False: there are more than kMaxCalls calls.
  //
  // A known id continues its call, a new one opens a call where no index says otherwise. Else the
  // index, or without one the order, tells the call, unless the difference begins another one:
  // another id and a name; no id to go by, and another name, or a name after arguments that are
  // complete. Gemini numbers all parallel calls 0, relays of it leave out ids and indexes.
  bool Normalise(google::protobuf::RepeatedPtrField<v1::ToolCallDelta>& deltas);

 private:
  struct Call {
    std::string id, type, name;
    std::optional<int32_t> upstream_index;
    JsonProgress arguments;
  };

  int32_t IndexOf(const v1::ToolCallDelta& delta);
  static bool ContinuesUnnumbered(const v1::ToolCallDelta& delta, const Call& last);
  static bool BeginsAnother(const v1::ToolCallDelta& delta, const Call& call);
  int32_t Open(std::optional<int32_t> wanted);
  void DropKnown(v1::ToolCallDelta& delta);

  std::map<int32_t, Call> calls_;           // by our index
  std::map<int32_t, int32_t> by_upstream_;  // its index -> our index of the last call so numbered
  std::map<std::string, int32_t> by_id_;
  int32_t last_ = -1;
};

}  // namespace inferwire::openai
