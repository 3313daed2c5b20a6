// Server-sent events over time: pace, comments while waiting, framing, and the faults that live
// between events. A kind of stream says what its events are.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/answer.h"
#include "simulator/behavior.h"
#include "simulator/errors.h"
#include "simulator/random.h"

namespace inferwire::simulator {

class SseStream : public EventSource {
 public:
  bool Next(Event& event) final;

 protected:
  struct Data {
    std::string json{};
    std::string name{};  // of the event; empty: no such line
    bool paced = false;  // it carries tokens, and takes their time
    std::optional<std::chrono::nanoseconds> not_before{};  // since the stream began
  };

  SseStream(const Behavior& behavior, uint64_t hash);
  // How much of the stream's time has passed, where that is not the connection's time: what is due
  // is sent at once, and what is not is waited for.
  void FollowTime(std::function<std::chrono::nanoseconds()> elapsed);

  // False: the stream is over.
  virtual bool NextData(Data& data) = 0;
  // The event of error_in_stream.
  virtual Data ErrorEvent(const ApiError& error);
  // What stands for nothing to say; without json it is a comment.
  virtual Data KeepAlive() { return {}; }
  // The last change before an event is sent. False: it is not.
  virtual bool Finish(Data&) { return true; }
  virtual bool ends_with_done() const { return true; }
  virtual const char* done_name() const { return ""; }
  // Whose name errors mention.
  virtual std::string model() const { return {}; }

  const Behavior& behavior() const { return behavior_; }
  Random& random() { return random_; }
  // Bytes of the piece at the rest's beginning: a token, or what chunk_bytes says.
  size_t PieceOf(std::string_view rest) const;

 private:
  struct Made {
    Data data{};
    std::chrono::nanoseconds due{};
    bool stall = false, done = false, kept_alive = false;
  };

  bool Make();
  bool TakeKeepAlive(Made& made);
  bool Wait(std::chrono::nanoseconds due, Event& event);
  bool Send(Made made, Event& event);
  std::string Framed(const Data& data) const;
  void Pace();

  const Behavior behavior_;
  Random random_;
  std::function<std::chrono::nanoseconds()> elapsed_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::optional<Made> next_;  // made, but comments go first
  int64_t sent_ = 0;          // without what keeps alive
  std::chrono::nanoseconds due_{}, last_sent_{};
  bool any_piece_ = false, ended_ = false, commented_ = false;
};

}  // namespace inferwire::simulator
