// An answer as the bytes of an HTTP/1 connection, step by step: head, body, framing, and the faults
// that break them. Pure; the connection does what the steps say.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/answer.h"

namespace inferwire::simulator {

enum class After { kContinue, kDone, kReset, kStall, kClose };

struct Step {
  std::string bytes;
  std::chrono::nanoseconds due{};  // since the request was complete
  After after = After::kContinue;  // kContinue: ask for the next step
};

class Steps {
 public:
  // http10: no chunks, and the connection ends with the answer unless keep_alive is set.
  Steps(Answer answer, bool http10, bool keep_alive);
  Step Next();
  bool is_stream() const { return answer_.events != nullptr; }
  int status() const { return answer_.status; }

 private:
  std::string Head() const;
  Step NextOfHead();
  Step NextOfBody();
  bool Refill();
  std::string Framed(std::string_view bytes) const;
  Step End();

  Answer answer_;
  const bool chunked_;
  bool keep_alive_;
  std::string head_;
  size_t head_sent_ = 0;
  bool head_done_ = false, stalled_ = false, source_over_ = false;
  std::string ready_;  // body bytes made, not yet given out
  size_t taken_ = 0;   // of ready_
  std::chrono::nanoseconds due_{};
  int64_t body_sent_ = 0;
};

std::string_view ReasonPhrase(int status);

}  // namespace inferwire::simulator
