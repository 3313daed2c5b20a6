// How many calls ended, failed and cost what in the last ten minutes, in steps of ten seconds: what
// the admin page draws as soon as it is opened.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "telemetry/log.h"

namespace inferwire::telemetry {

inline constexpr std::chrono::seconds kHistoryStep{10};
inline constexpr size_t kHistorySteps = 60;

// One step.
struct HistoryPoint {
  int64_t calls = 0;
  int64_t failed = 0;  // by a fault of the gateway or of an upstream
  int64_t output_tokens = 0;
  int64_t cost_picousd = 0;
  // Of the calls that an upstream was asked for, to an eighth; unset: there were none.
  std::optional<Duration> median{}, p95{};
};

// Thread-safe. Nobody who adds waits, but for the one who begins a step.
class CallHistory {
 public:
  // began: the server did; steps are counted from then on.
  explicit CallHistory(SteadyTime began) : began_(began) {}

  void Add(const CallRecord& record, SteadyTime ended);
  // The steps that are over, the oldest first; as many as there have been, at most kHistorySteps.
  std::vector<HistoryPoint> Read(SteadyTime now) const;

 private:
  // Four to each doubling, from a microsecond on.
  static constexpr size_t kTimes = 160;
  struct Step {
    std::atomic<int64_t> number{-1};  // which one it is of
    std::atomic<int64_t> calls{0}, failed{0}, output_tokens{0}, cost_picousd{0};
    std::array<std::atomic<uint32_t>, kTimes> times{};
  };

  static size_t IndexOf(Duration time);
  static std::optional<Duration> Quantile(const Step& step, double q);
  int64_t NumberAt(SteadyTime time) const;
  void Begin(Step& step, int64_t number);

  const SteadyTime began_;
  std::mutex beginning_;
  std::array<Step, kHistorySteps + 1> steps_;  // and the one that is not over
};

}  // namespace inferwire::telemetry
