#include "gateway/memory_budget.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

namespace inferwire::gateway {
namespace {

constexpr int64_t kUnknown = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = 64 << 20;

// Of one control group file; "max" and what is no number are no limit.
int64_t LimitIn(const std::filesystem::path& path) {
  std::ifstream file(path);
  int64_t bytes = 0;
  return file >> bytes && bytes > 0 ? bytes : kUnknown;
}

// The least of a group's and those around it. In a container of its own the group is the root.
int64_t LimitOf(const std::filesystem::path& root, std::filesystem::path group, const char* file) {
  int64_t least = LimitIn(root / file);
  for (group = group.relative_path(); !group.empty(); group = group.parent_path()) {
    least = std::min(least, LimitIn(root / group / file));
  }
  return least;
}

// Lines of "number:controllers:group"; version 2 of control groups names no controllers.
int64_t LimitOfGroups(const std::string& groups, const std::string& root) {
  int64_t least = kUnknown;
  std::ifstream file(groups);
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string group = line.substr(second + 1);
    if (controllers.empty()) {
      least = std::min(least, LimitOf(root, group, "memory.max"));
    } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
      least = std::min(least, LimitOf(root + "/memory", group, "memory.limit_in_bytes"));
    }
  }
  return least;
}

int64_t PhysicalMemory() {
  const int64_t pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? pages * size : kUnknown;
}

}  // namespace

int64_t DefaultMemoryBudget(const std::string& groups, const std::string& root) {
  const int64_t most = std::min(PhysicalMemory(), LimitOfGroups(groups, root));
  return std::max(most == kUnknown ? 0 : most / 2, kLeast);
}

MemoryBudget::Level MemoryBudget::level() const {
  const int64_t held = this->held(), percent = limit() / 100;
  if (held >= 95 * percent) return Level::kCritical;
  if (held >= 88 * percent) return Level::kNewcomersOnly;
  if (held >= 80 * percent) return Level::kFairShares;
  return Level::kCalm;
}

bool MemoryBudget::HasRoomFor(Priority priority) const {
  switch (priority) {
    case Priority::kInteractive:
      return level() < Level::kCritical;
    case Priority::kBatch:
      return level() < Level::kNewcomersOnly;
    case Priority::kBackground:
      break;
  }
  return level() < Level::kFairShares;
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
