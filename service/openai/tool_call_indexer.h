// The tool calls of one streamed choice: which call a difference belongs to, where upstreams number
// them badly. One per choice; not thread-safe.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "llmgate/v1/chat.pb.h"

namespace llmgate::openai {

class ToolCallIndexer {
 public:
  // More is no answer but an attack.
  static constexpr size_t kMaxCalls = 1024;

  // Gives every difference an index, merges those of the same call into one, and drops ids, types
  // and names that were given before. False: there are more than kMaxCalls calls.
  //
  // No index: a new id opens a call, everything else continues the last one. An index that is in
  // use, but with another id and a name: a new call too (Gemini numbers all parallel calls 0).
  bool Normalise(google::protobuf::RepeatedPtrField<v1::ToolCallDelta>& deltas);

 private:
  struct Call {
    std::string id, type, name;
  };

  int32_t IndexOf(const v1::ToolCallDelta& delta);
  int32_t Open(std::optional<int32_t> wanted);
  void DropKnown(v1::ToolCallDelta& delta);

  std::map<int32_t, Call> calls_;           // by our index
  std::map<int32_t, int32_t> by_upstream_;  // its index -> our index of the last call so numbered
  std::map<std::string, int32_t> by_id_;
  int32_t last_ = -1;
};

}  // namespace llmgate::openai
