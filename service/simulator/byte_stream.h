// Bytes that are made, or read, as the connection takes them; rate is bytes per second.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>

#include "simulator/answer.h"

namespace inferwire::simulator {

class ByteStream final : public EventSource {
 public:
  // The bytes from at on, at most so many; empty: there are no more.
  using Read = std::function<std::string(int64_t at, size_t count)>;

  ByteStream(Read read, int64_t begin, int64_t end, double bytes_per_second,
             const Behavior& behavior)
      : read_(std::move(read)),
        begin_(begin),
        end_(end),
        at_(begin),
        rate_(bytes_per_second),
        piece_(static_cast<size_t>(behavior.chunk_bytes.value_or(rate_ > 0 ? 4096 : 64 << 10))),
        first_(behavior.timing.first_token),
        stall_after_(behavior.stall_after) {}

  bool Next(Event& event) override {
    if (at_ >= end_) return false;
    const auto left = static_cast<size_t>(end_ - at_);
    event.bytes = read_(at_, std::min(piece_, left));
    if (event.bytes.empty()) return false;  // the answer is too short
    event.due = first_;
    if (rate_ > 0) {
      event.due += std::chrono::nanoseconds(
          static_cast<int64_t>(1e9 * static_cast<double>(at_ - begin_) / rate_));
    }
    event.stall = stall_after_ && events_++ >= *stall_after_;
    at_ += static_cast<int64_t>(event.bytes.size());
    return true;
  }

 private:
  const Read read_;
  const int64_t begin_, end_;
  int64_t at_;
  const double rate_;
  const size_t piece_;
  const std::chrono::nanoseconds first_;
  const std::optional<int64_t> stall_after_;
  int64_t events_ = 0;
};

}  // namespace inferwire::simulator
