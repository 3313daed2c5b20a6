// The last requests, for tests to look at. Thread-safe; bounded in number and bytes.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "simulator/answer.h"

namespace inferwire::simulator {

class RequestLog {
 public:
  RequestLog(size_t max_requests, size_t max_bytes)
      : max_requests_(max_requests), max_bytes_(max_bytes) {}

  void Add(Recorded request);
  // Oldest first; the log is empty afterwards.
  std::vector<Recorded> Take();

 private:
  const size_t max_requests_, max_bytes_;
  std::mutex mutex_;
  std::deque<Recorded> requests_;
  size_t bytes_ = 0;
};

}  // namespace inferwire::simulator
