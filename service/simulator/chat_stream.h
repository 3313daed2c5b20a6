// A chat answer as server-sent events: role, pieces of all choices in turn, finish, usage, [DONE];
// with the faults that live between events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/answer.h"
#include "simulator/behavior.h"
#include "simulator/chat_answer.h"
#include "simulator/random.h"

namespace inferwire::simulator {

struct ChatStreamOptions {
  bool include_usage = false;
  bool obfuscation = true;
};

class ChatStream final : public EventSource {
 public:
  ChatStream(ChatAnswer answer, ChatStreamOptions options, const Behavior& behavior);
  bool Next(Event& event) override;

 private:
  enum class Phase { kRole, kPieces, kFinish, kOver };
  struct Cursor {
    Phase phase = Phase::kRole;
    size_t call = 0, offset = 0;
    bool call_opened = false;
  };

  bool Make(Event& event);
  bool Faulted(Event& event);
  bool KeepAlive(Event& event);
  bool NextData(std::string& json);
  bool Tail(std::string& json);
  void Advance(size_t index, std::string& json);
  void AppendPiece(const AnswerChoice& choice, Cursor& cursor, std::string& delta, Json& logprobs);
  void AppendCallPiece(const AnswerChoice& choice, Cursor& cursor, std::string& delta);
  bool PiecesLeft(const AnswerChoice& choice, const Cursor& cursor) const;
  size_t PieceOf(std::string_view rest) const;
  std::string Chunk(size_t index, std::string_view delta, const Json& logprobs,
                    std::string_view finish_reason);
  void CloseChunk(std::string& json, std::string_view usage);
  std::string Framed(std::string_view data) const;
  void Pace();

  const ChatAnswer answer_;
  const ChatStreamOptions options_;
  const Behavior behavior_;
  Random random_;
  std::string prefix_;  // of every chunk
  std::vector<Cursor> cursors_;
  size_t turn_ = 0;
  size_t open_ = 0;  // choices not over
  int64_t events_ = 0;
  std::optional<Event> next_;  // made, but comments go first
  std::chrono::nanoseconds due_{}, last_sent_{};
  bool piece_sent_ = false;  // the event just made carries tokens and is paced
  bool any_piece_ = false;
  bool usage_sent_ = false, ended_ = false, commented_ = false;
};

}  // namespace inferwire::simulator
