// A chat answer as server-sent events: role, pieces of all choices in turn, finish, usage, [DONE];
// with the faults of SseStream.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/behavior.h"
#include "simulator/chat_answer.h"
#include "simulator/sse_stream.h"

namespace inferwire::simulator {

struct ChatStreamOptions {
  bool include_usage = false;
  bool obfuscation = true;
};

class ChatStream final : public SseStream {
 public:
  ChatStream(ChatAnswer answer, ChatStreamOptions options, const Behavior& behavior);

 private:
  enum class Phase { kRole, kPieces, kFinish, kOver };
  struct Cursor {
    Phase phase = Phase::kRole;
    size_t call = 0, offset = 0;
    bool call_opened = false;
  };

  bool NextData(Data& data) override;
  std::string model() const override { return answer_.model; }
  bool Tail(std::string& json);
  void Advance(size_t index, Data& data);
  void AppendPiece(const AnswerChoice& choice, Cursor& cursor, std::string& delta, Json& logprobs);
  void AppendCallPiece(const AnswerChoice& choice, Cursor& cursor, std::string& delta);
  bool PiecesLeft(const AnswerChoice& choice, const Cursor& cursor) const;
  std::string Chunk(size_t index, std::string_view delta, const Json& logprobs,
                    std::string_view finish_reason);
  void CloseChunk(std::string& json, std::string_view usage);

  const ChatAnswer answer_;
  const ChatStreamOptions options_;
  std::string prefix_;  // of every chunk
  std::vector<Cursor> cursors_;
  size_t turn_ = 0;
  size_t open_ = 0;  // choices not over
  bool usage_sent_ = false;
};

}  // namespace inferwire::simulator
