// Gives memory back that a flood took. glibc keeps what was freed for the next time: after 2 GB of
// requests the process would stay that large, and be the one that the kernel ends next.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "gateway/memory_budget.h"
#include "telemetry/load_metrics.h"

namespace inferwire::platform {

// When it is worth it: malloc_trim holds up who allocates meanwhile, for some ten milliseconds per
// gigabyte. Pure.
class TrimSchedule {
 public:
  static constexpr int64_t kWorthIt = 64 << 20;
  static constexpr std::chrono::seconds kOften{10};
  static constexpr std::chrono::minutes kSeldom{10};

  // resident: of the process as it began.
  explicit TrimSchedule(int64_t resident) : at_start_(resident) {}

  // held: of `resident`, for calls. True if more than that is there for no known reason, and the
  // last attempt was long enough ago.
  bool Due(SteadyTime now, int64_t resident, int64_t held) const;
  // What came of it: an attempt in vain makes the next one later.
  void Trimmed(SteadyTime now, int64_t returned);

 private:
  const int64_t at_start_;
  SteadyTime next_{};
  Duration interval_ = kOften;
};

// Looks once a second, on a thread of its own.
class MemoryTrim {
 public:
  MemoryTrim(const Clock& clock, const gateway::MemoryBudget& budget,
             telemetry::LoadMetrics& metrics);
  ~MemoryTrim();
  MemoryTrim(const MemoryTrim&) = delete;
  MemoryTrim& operator=(const MemoryTrim&) = delete;

 private:
  void Run();

  const Clock& clock_;
  const gateway::MemoryBudget& budget_;
  telemetry::LoadMetrics& metrics_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::thread thread_;
};

// Of this process, in bytes; 0 if the system does not say.
int64_t ResidentMemory();

}  // namespace inferwire::platform
