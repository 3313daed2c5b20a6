// The last finished calls, for the admin page: what the log says of them, without any text.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "telemetry/log.h"

namespace inferwire::telemetry {

inline constexpr size_t kRecentCalls = 50;
// Of each name that is kept, cut at a character.
inline constexpr size_t kRecentNameBytes = 128;

// Thread-safe. A call never waits here: what somebody reads in this moment is left as it is, and
// the call that would have taken its place is not kept.
class RecentCalls {
 public:
  RecentCalls();

  // A copy is kept; ended: when the call was over.
  void Add(const CallRecord& record, SteadyTime ended);
  // JSON objects with the members of the log's lines, the newest first.
  std::vector<std::string> Lines(const Clock& clock) const;

 private:
  struct Slot {
    mutable std::mutex mutex;
    uint64_t number = 0;  // of the call, from 1 on; 0: there is none
    CallRecord record;    // whose names are in `names`
    std::string names;    // has its whole size from the beginning
    SteadyTime ended{};
  };

  std::array<Slot, kRecentCalls> slots_;
  std::atomic<uint64_t> last_{0};
};

}  // namespace inferwire::telemetry
