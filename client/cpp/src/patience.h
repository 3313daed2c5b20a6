// Doing something again until it works or patience ends. Private.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

#include "call.h"
#include "inferwire/client/batches.h"
#include "inferwire/client/error.h"

namespace inferwire::client {

// A call that ended so may be made again: it only reads, and the gateway or the way to it was the
// reason. Streams also end with the gateway's own deadline, long before a batch does.
inline bool IsWorthAnother(const Error& error) {
  return error.code == grpc::StatusCode::UNAVAILABLE ||
         error.code == grpc::StatusCode::DEADLINE_EXCEEDED || error.reason == kConnectionLost ||
         error.reason == kStreamTruncated;
}

class Patience {
 public:
  explicit Patience(const PatientOptions& options) : options_(options) {
    if (options.timeout) end_ = Clock::now() + *options.timeout;
  }

  // Something has come: what failed before does not count.
  void Reset() { failures_ = 0; }
  // For the next call: what is left, at most `most`.
  std::chrono::milliseconds Left(std::chrono::milliseconds most) const {
    if (!end_) return most;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*end_ - Clock::now());
    return std::clamp(left, std::chrono::milliseconds(0), most);
  }
  // After a failure: true after a pause, false if this was the last one.
  bool GoOn(const Error& error) {
    const bool over = end_ && Clock::now() >= *end_;
    if (over || !IsWorthAnother(error) || options_.cancellation.stop_requested()) return false;
    // A stream that the gateway ended in its time is no failure.
    const bool failed = error.code != grpc::StatusCode::DEADLINE_EXCEEDED;
    if (failed && ++failures_ > options_.max_failures) return false;
    const auto doubled = options_.first_pause * (1 << std::min(std::max(failures_ - 1, 0), 10));
    const auto pause = failed ? error.retry_after.value_or(doubled) : options_.first_pause;
    Pause(Left(std::min<std::chrono::milliseconds>(pause, std::chrono::seconds(30))));
    return !options_.cancellation.stop_requested();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void Pause(std::chrono::milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    stopped.wait_for(lock, options_.cancellation, time, [] { return false; });
  }

  const PatientOptions options_;
  std::optional<Clock::time_point> end_;
  int failures_ = 0;
};

}  // namespace inferwire::client
