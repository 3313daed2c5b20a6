#include "platform/memory_trim.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace inferwire::platform {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
// Less is what the next calls would have used.
constexpr int64_t kInVain = 16 << 20;

}  // namespace

int64_t ResidentMemory() {
  std::ifstream file("/proc/self/statm");
  int64_t size = 0, resident = 0;
  return file >> size >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

bool TrimSchedule::Due(SteadyTime now, int64_t resident, int64_t held) const {
  const int64_t spare = resident - at_start_ - held;
  return now >= next_ && spare > kWorthIt && spare > held;
}

void TrimSchedule::Trimmed(SteadyTime now, int64_t returned) {
  const Duration later = std::min<Duration>(2 * interval_, kSeldom);
  interval_ = returned < kInVain ? later : Duration(kOften);
  next_ = now + interval_;
}

MemoryTrim::MemoryTrim(const Clock& clock, const gateway::MemoryBudget& budget,
                       telemetry::LoadMetrics& metrics)
    : clock_(clock), budget_(budget), metrics_(metrics), thread_([this] { Run(); }) {}

MemoryTrim::~MemoryTrim() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void MemoryTrim::Run() {
  TrimSchedule schedule(ResidentMemory());
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, kLookEvery, [this] { return stop_; })) {
    const int64_t resident = ResidentMemory();
    if (!schedule.Due(clock_.Now(), resident, budget_.held())) continue;
    malloc_trim(0);
    const int64_t returned = resident - ResidentMemory();
    metrics_.Trimmed(returned);
    schedule.Trimmed(clock_.Now(), returned);
  }
}

}  // namespace inferwire::platform
