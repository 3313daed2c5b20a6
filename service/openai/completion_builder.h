// One ChatCompletion out of normalised chunks: what the answer in one piece would have been. Not
// thread-safe. Texts, log probabilities and tool arguments are appended, members without a field
// put together as json_pieces.h says; of id and created the first value stands, of everything else
// the last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "inferwire/v1/chat.pb.h"
#include "openai/extra_pieces.h"

namespace inferwire::openai {

class CompletionBuilder {
 public:
  // max_bytes is what the user of bytes() allows.
  explicit CompletionBuilder(size_t max_bytes) : max_bytes_(max_bytes) {}

  void Add(const v1::ChatCompletionChunk& chunk);
  // About how many bytes are held; never less than the texts' bytes.
  size_t bytes() const { return bytes_; }
  // usage: null if there is none.
  v1::ChatCompletion Take(const v1::Usage* usage);

 private:
  struct Call {
    v1::ToolCall call;
    std::string type;  // empty: none was given
    ExtraPieces extra, body_extra;
  };
  struct Choice {
    v1::Choice choice;
    std::map<int32_t, Call> calls;
    ExtraPieces extra, message_extra, logprobs_extra;
  };

  void AddChoice(const v1::ChunkChoice& from);
  void AddDelta(const v1::Delta& from, Choice& to);
  void AddToolCall(const v1::ToolCallDelta& from, Call& to);
  void AddLogProbs(const v1::LogProbs& from, Choice& to);
  void Append(const std::string& piece, std::string& text);
  static void FinishMessage(Choice& built);

  const size_t max_bytes_;
  v1::ChatCompletion completion_;  // without its choices
  std::map<int32_t, Choice> choices_;
  size_t bytes_ = 0;
};

}  // namespace inferwire::openai
