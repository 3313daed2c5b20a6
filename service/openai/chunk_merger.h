// What a stream of chunks amounts to: puts each chunk into the form that clients may rely on
// (chat.proto), remembers how the stream stands, and merges the chunks into the answer that a call
// without streaming would have had. One per stream; not thread-safe. Its cost is linear in the
// stream's bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "codec/decode.h"
#include "codec/half_character.h"
#include "inferwire/v1/chat.pb.h"
#include "openai/completion_builder.h"
#include "openai/tool_call_indexer.h"

namespace inferwire::openai {

// The fields of a chunk whose texts go on in the next one: codec::FromJson is to be given them.
codec::PieceFields PiecesOfAChunk();

// Output (content, reasoning, a refusal, a tool call) or a usage is in it.
bool SaysAnything(const v1::ChatCompletionChunk& chunk);

class ChunkMerger {
 public:
  static constexpr size_t kMaxChoices = 1024;

  struct Options {
    bool accumulate = false;
    size_t max_bytes = 16u << 20;  // of the merged answer
  };

  explicit ChunkMerger(const Options& options)
      : max_bytes_(options.max_bytes),
        builder_(options.accumulate ? std::make_unique<CompletionBuilder>(options.max_bytes)
                                    : nullptr) {}

  // Gives tool calls their index, takes the text out of content that came in parts, joins
  // characters that came in two chunks, drops what has not changed since the chunk before (id,
  // model, created, service_tier, system_fingerprint; an empty one counts as absent) and empty
  // roles and finish reasons, and adds the chunk to the answer if accumulating. RESPONSE_TOO_LARGE:
  // no further chunk may be added.
  Result<void> Add(v1::ChatCompletionChunk& chunk);
  // Fills an empty chunk with the halves of characters that wait for their rest in vain (U+FFFD),
  // and adds it. False: there are none.
  bool Flush(v1::ChatCompletionChunk& chunk);

  // At least one choice was seen, and every one seen has its finish reason.
  bool finished() const { return !choices_.empty() && open_choices_ == 0; }
  size_t choices() const { return choices_.size(); }
  // Content, reasoning, a refusal or a tool call was seen.
  bool began() const { return began_; }
  // Once, after the last Add; empty if not accumulating. usage: as AnswerUsage has merged it, null
  // if there is none.
  v1::ChatCompletion TakeCompletion(const v1::Usage* usage) {
    return builder_ ? builder_->Take(usage) : v1::ChatCompletion();
  }

 private:
  // Of the texts of one choice.
  struct Joiners {
    codec::CharacterJoiner content, refusal, reasoning;
    std::map<std::string, std::string> extra;  // escapes held back, by name
    struct Call {
      codec::CharacterJoiner text;
      bool custom = false;
    };
    std::map<int32_t, Call> calls;
  };
  struct Choice {
    bool finished = false;
    ToolCallIndexer tool_calls;
    Joiners joiners;
  };

  void DropUnchanged(v1::ChatCompletionChunk& chunk);
  Result<void> AddChoice(v1::ChunkChoice& choice);
  static void Join(v1::Delta& delta, Joiners& joiners);
  static bool EndTexts(v1::ChunkChoice& choice, Joiners& joiners);

  const size_t max_bytes_;
  std::string id_, model_, service_tier_, system_fingerprint_;
  int64_t created_ = 0;
  std::map<int32_t, Choice> choices_;
  size_t open_choices_ = 0;
  bool began_ = false;
  const std::unique_ptr<CompletionBuilder> builder_;  // null: not accumulating
};

}  // namespace inferwire::openai
