#include "telemetry/ending_metrics.h"

#include <chrono>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxModels = 50;
constexpr size_t kMaxPairs = 200;  // beyond them the callers of a model share one label

}  // namespace

EndingMetrics::EndingMetrics(Metrics& metrics)
    : requests_(metrics.Counters(
          "inferwire_ending_model_requests_total",
          "Answers with the warning that a model ends in 60 days or less, has ended, or was "
          "replaced since it has.")),
      shutdown_(metrics.Gauges("inferwire_ending_model_shutdown_timestamp_seconds",
                               "When a model ends that was called within 60 days of it.")),
      models_(metrics.Guard(requests_.GetName(), kMaxModels)),
      pairs_(metrics.Guard(requests_.GetName(), kMaxPairs)) {}

bool EndingMetrics::Warned(std::string_view model, std::string_view caller,
                           std::string_view warning, WallTime shutdown, WallTime now) {
  const std::string_view shown = models_.Fold(model);
  if (caller.empty()) caller = "unknown";
  if (!pairs_.Admit(std::string(shown).append(" ").append(caller))) caller = kOtherLabel;
  requests_
      .Add({{"model", std::string(shown)},
            {"caller", std::string(caller)},
            {"warning", std::string(warning)}})
      .Increment();
  // Of those beyond the bound one date would say nothing.
  if (shown != kOtherLabel) shutdown_.Add({{"model", std::string(shown)}}).Set(Seconds(shutdown));

  const int64_t today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  const std::lock_guard lock(mutex_);
  const auto [told, is_new] =
      told_.try_emplace(std::string(shown).append(" ").append(warning), today);
  if (!is_new && told->second == today) return false;
  told->second = today;
  return true;
}

}  // namespace inferwire::telemetry
