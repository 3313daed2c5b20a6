// What the simulator has seen, for tests and for GET /simulator/stats. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"

namespace inferwire::simulator {

struct ModelCount {
  uint64_t requests = 0, streams = 0, prompt_tokens = 0, completion_tokens = 0;
};

struct Stats {
  uint64_t connections = 0;  // accepted so far
  uint64_t requests = 0;     // complete requests read
  uint64_t completed = 0;    // answers written to their end, error answers included
  uint64_t errors = 0;       // answers with a status of 400 and more
  uint64_t faults = 0;       // answers that the simulator itself broke off
  uint64_t files_created = 0, batches_created = 0, batches_ended = 0;
  uint64_t batch_items = 0;  // executed, whatever became of them
  uint64_t open_connections = 0;
  uint64_t open_streams = 0, peak_open_streams = 0;
  // The client closed before the answer was complete.
  uint64_t aborts = 0, aborts_before_first_byte = 0, aborts_mid_answer = 0;
  std::optional<SteadyTime> last_abort;
  uint64_t bytes_in = 0, bytes_out = 0;
  uint64_t bytes_pending = 0;  // written, not yet accepted by the kernel: the readers are slow
  std::map<std::string, ModelCount> models;  // at most kMaxModelNames, then "other"
};

inline constexpr size_t kMaxModelNames = 64;

class StatsBoard {
 public:
  Stats Snapshot() const;
  // True as soon as the condition holds; it is tested after every change.
  bool WaitFor(const std::function<bool(const Stats&)>& condition,
               std::chrono::milliseconds limit) const;

  template <class Change>
  void Update(Change&& change) {
    std::lock_guard lock(mutex_);
    change(stats_);
    if (waiting_ > 0) changed_.notify_all();
  }
  void Count(const std::string& model, const ModelCount& count);

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable int waiting_ = 0;
  Stats stats_;
};

// The body of GET /simulator/stats.
std::string StatsJson(const Stats& stats, SteadyTime now);

}  // namespace inferwire::simulator
