// The last calls and what the last ten minutes brought, for the admin page.
#pragma once

#include <string>

#include "base/clock.h"
#include "telemetry/call_history.h"
#include "telemetry/recent_calls.h"

namespace inferwire::app {

// {"calls": [...]}, the newest first, each with the members of the log's lines.
std::string CallsPage(const telemetry::RecentCalls& recent, const Clock& clock);
// {"step_s": 10, "calls": [...], ...}: a list per series, the oldest step first; null where there
// is no number.
std::string HistoryPage(const telemetry::CallHistory& history, SteadyTime now);

}  // namespace inferwire::app
