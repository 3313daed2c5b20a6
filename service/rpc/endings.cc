#include "rpc/endings.h"

#include <string>

#include "telemetry/ending_metrics.h"

namespace inferwire::rpc {
namespace {

std::string_view LabelOf(const catalogue::Ending& ending) {
  if (ending.moved) return "moved";
  return ending.days_left > 0 ? "ends_soon" : "ended";
}

std::string_view EventOf(const catalogue::Ending& ending) {
  if (ending.moved) return "model_moved";
  return ending.days_left > 0 ? "model_ends_soon" : "model_ended";
}

}  // namespace

void TellOfEndings(const CallServices& services, std::string_view caller,
                   const gateway::CallStats& stats) {
  if (stats.endings.empty() || stats.attempts == 0) return;
  const WallTime now = services.runtime.timers.clock().WallNow();
  for (const catalogue::Ending& ending : stats.endings) {
    const bool first = services.runtime.metrics.endings.Warned(ending.model, caller,
                                                               LabelOf(ending), ending.at, now);
    if (!first) continue;
    services.log.Event(telemetry::LogLevel::kWarning, EventOf(ending),
                       {{"model", std::string_view(ending.model)},
                        {"shutdown_date", catalogue::DateOf(ending.at)},
                        {"days_left", int64_t{ending.days_left}},
                        {"replacement", std::string_view(ending.replacement)},
                        {"caller", caller}});
  }
}

}  // namespace inferwire::rpc
