#include "telemetry/ending_metrics.h"

#include <chrono>
#include <limits>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxModels = 50;
constexpr size_t kMaxPairs = 200;  // beyond them the callers of a model share one label
constexpr int64_t kNever = std::numeric_limits<int64_t>::min();  // no day

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

// Made once for each set of names, which every call of them then finds. Under the lock.
EndingMetrics::Series& EndingMetrics::Find(std::string_view model, std::string_view caller,
                                           std::string_view warning) {
  const auto known = series_.find(std::array{model, caller, warning});
  if (known != series_.end()) return known->second;
  if (caller != kOtherLabel && !pairs_.Admit(std::string(model).append(" ").append(caller))) {
    return Find(model, kOtherLabel, warning);
  }
  const Names names{std::string(model), std::string(caller), std::string(warning)};
  const auto told = told_.try_emplace(names[0] + " " + names[2], kNever).first;
  Counter& answers =
      requests_.Add({{"model", names[0]}, {"caller", names[1]}, {"warning", names[2]}});
  return series_.emplace(names, Series{&answers, &told->second}).first->second;
}

bool EndingMetrics::Warned(std::string_view model, std::string_view caller,
                           std::string_view warning, WallTime shutdown, WallTime now) {
  const int64_t today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  const std::string_view shown = models_.Fold(model);
  const std::lock_guard lock(mutex_);
  const Series& series = Find(shown, caller.empty() ? "unknown" : caller, warning);
  series.answers->Increment();
  if (*series.told == today) return false;
  *series.told = today;
  // Of those beyond the bound one date would say nothing.
  if (shown != kOtherLabel) shutdown_.Add({{"model", std::string(shown)}}).Set(Seconds(shutdown));
  return true;
}

}  // namespace inferwire::telemetry
