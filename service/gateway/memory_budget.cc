#include "gateway/memory_budget.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

namespace inferwire::gateway {
namespace {

constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = 64 << 20;

// Of one control group file; "max" and what is no number are no limit.
int64_t LimitIn(const std::string& path) {
  std::ifstream file(path);
  int64_t bytes = 0;
  return file >> bytes && bytes > 0 ? bytes : kUnknown;
}

int64_t PhysicalMemory() {
  const int64_t pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? pages * size : kUnknown;
}

}  // namespace

int64_t DefaultMemoryBudget() {
  const int64_t most = std::min({PhysicalMemory(), LimitIn("/sys/fs/cgroup/memory.max"),
                                 LimitIn("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
  return std::max(most == kUnknown ? 0 : most / 2, kLeast);
}

MemoryBudget::Level MemoryBudget::level() const {
  const int64_t held = this->held(), percent = limit() / 100;
  if (held >= 95 * percent) return Level::kCritical;
  if (held >= 88 * percent) return Level::kNewcomersOnly;
  if (held >= 80 * percent) return Level::kFairShares;
  return Level::kCalm;
}

bool MemoryBudget::Admits(CallerKey caller) const {
  switch (level()) {
    case Level::kCalm:
      return true;
    case Level::kFairShares:
      return HeldBy(caller) <= limit() - held();
    case Level::kNewcomersOnly:
      return HeldBy(caller) < kSmallCall;
    case Level::kCritical:
      return false;
  }
  return false;
}

}  // namespace inferwire::gateway
