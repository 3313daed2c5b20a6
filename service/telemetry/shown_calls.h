// What the admin page is told of each call.
#pragma once

#include "base/clock.h"
#include "telemetry/call_history.h"
#include "telemetry/recent_calls.h"

namespace inferwire::telemetry {

// Thread-safe.
struct ShownCalls {
  explicit ShownCalls(SteadyTime began) : history(began) {}

  void Add(const CallRecord& record, SteadyTime ended) {
    recent.Add(record, ended);
    history.Add(record, ended);
  }

  RecentCalls recent;
  CallHistory history;
};

}  // namespace inferwire::telemetry
