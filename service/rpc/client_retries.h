// How much of what callers send is repetition by their own libraries (grpc-previous-rpc-attempts),
// on one loop. Who repeats too much is told to stop when a repetition is refused; one for which
// there is room is served. Without a list of callers, as in gateway/caller_counts.h: bounded, and
// nothing to allocate. Not thread-safe: a loop's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "gateway/caller_counts.h"
#include "telemetry/client_retry_metrics.h"

namespace inferwire::rpc {

class ClientRetries {
 public:
  static constexpr std::chrono::seconds kWindow{10};
  static constexpr int64_t kMostPercent = 20;  // of a caller's calls
  static constexpr int64_t kAlwaysFine = 10;   // repetitions in a window: a few say nothing

  explicit ClientRetries(telemetry::ClientRetryMetrics& metrics) : metrics_(metrics) {}

  // A call of this caller arrived. name: for the metric; empty if it proved none.
  void Arrived(gateway::CallerKey caller, std::string_view name, bool repeated, SteadyTime now);
  // What a refused caller is told: that it repeats too much, if this is a repetition and it does.
  Error Answer(Error refusal, gateway::CallerKey caller, bool repeated) const;

 private:
  struct Counts {
    uint32_t calls = 0, repeated = 0;
  };
  static constexpr size_t kPlaces = 2048;
  // A caller's counts are those of its two places where less was counted.
  using Rows = std::array<std::array<Counts, kPlaces>, 2>;

  static size_t Place(gateway::CallerKey caller, size_t row) {
    return (row == 0 ? caller.hash() : caller.hash() / kPlaces) % kPlaces;
  }
  void Turn(SteadyTime now);

  telemetry::ClientRetryMetrics& metrics_;
  std::array<Rows, 2> halves_{};  // of the window
  size_t current_ = 0;            // the one that runs
  SteadyTime half_began_{};
};

}  // namespace inferwire::rpc
