// How many bytes of callers and upstreams the process holds at once, from a call's admission until
// its answer was delivered, and what becomes of more. gRPC's and libcurl's own buffers are not in
// it.
//
//   under 80 %   everybody is served
//   from 80 %    callers who hold more than is left get no further calls, background calls nobody
//   from 88 %    only callers for whom next to nothing is held get further calls, and no batch
//   calls from 95 %    nobody does, upstreams are not read for calls that hold much, and the calls
//   that
//                hold most are ended, those of the caller with most first
//
// Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "gateway/caller_counts.h"
#include "gateway/priority.h"

namespace inferwire::gateway {

class MemoryBudget {
 public:
  enum class Level { kCalm, kFairShares, kNewcomersOnly, kCritical };

  // A call that holds less is neither held back nor ended: small calls always come to their end.
  static constexpr int64_t kSmallCall = 64 * 1024;

  explicit MemoryBudget(int64_t limit) : limit_(limit) {}

  // Goes on with what is held.
  void SetLimit(int64_t limit) { limit_.store(limit, std::memory_order_relaxed); }
  int64_t limit() const { return limit_.load(std::memory_order_relaxed); }
  int64_t held() const { return held_.load(std::memory_order_relaxed); }
  int64_t HeldBy(CallerKey caller) const { return callers_.Of(caller); }
  Level level() const;
  // Whether there is room for a further call of this priority, whoever the caller is.
  bool HasRoomFor(Priority priority) const;
  // Whether the caller may have one more call.
  bool Admits(CallerKey caller) const;

  void Add(CallerKey caller, int64_t bytes) {
    held_.fetch_add(bytes, std::memory_order_relaxed);
    callers_.Add(caller, bytes);
  }

 private:
  std::atomic<int64_t> limit_;
  std::atomic<int64_t> held_{0};
  CallerCounts callers_;
};

// Half of what the container, or else the machine, has.
// groups, root: where the system says which control groups the process is in, and their limits.
int64_t DefaultMemoryBudget(const std::string& groups = "/proc/self/cgroup",
                            const std::string& root = "/sys/fs/cgroup");

// What one call holds. Belongs to its thread; gives everything back when it is destroyed.
class CallMemory {
 public:
  // Each has one owner, who says how much it is now.
  enum Part { kRequest, kAnswer, kOutgoing, kOther, kParts };

  // budget: null if nobody counts.
  explicit CallMemory(MemoryBudget* budget, CallerKey caller = {})
      : budget_(budget), caller_(caller) {}
  ~CallMemory() { Book(-booked_); }
  CallMemory(const CallMemory&) = delete;
  CallMemory& operator=(const CallMemory&) = delete;

  void Set(Part part, size_t bytes) {
    const auto now = static_cast<int64_t>(bytes);
    held_ += now - parts_[part];
    parts_[part] = now;
    const int64_t change = held_ - booked_;
    // The budget is every loop's: small calls do not touch it.
    if (change >= kBooked || change <= -kBooked || (held_ == 0 && change != 0)) Book(change);
  }

  int64_t held() const { return held_; }
  // What makes it a candidate when somebody has to go: the caller's appetite, then its own.
  int64_t Weight() const { return budget_ ? budget_->HeldBy(caller_) + held_ : 0; }
  CallerKey caller() const { return caller_; }
  // The upstream is to be left unread until there is room again.
  bool MustWait() const {
    return held_ >= MemoryBudget::kSmallCall && budget_ &&
           budget_->level() == MemoryBudget::Level::kCritical;
  }
  // The call was held back by it, until somebody takes note that it need not wait any longer.
  void Wait() { waits_ = true; }
  bool WaitedLongEnough() { return waits_ && !MustWait() && std::exchange(waits_, false); }

 private:
  static constexpr int64_t kBooked = 16 * 1024;

  void Book(int64_t change) {
    if (!budget_ || change == 0) return;
    budget_->Add(caller_, change);
    booked_ += change;
  }

  MemoryBudget* const budget_;
  const CallerKey caller_;
  std::array<int64_t, kParts> parts_{};
  int64_t held_ = 0;
  int64_t booked_ = 0;
  bool waits_ = false;
};

}  // namespace inferwire::gateway
