#include "telemetry/caller_metrics.h"

#include "telemetry/metric_families.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxCallers = 100;

}  // namespace

CallerMetrics::CallerMetrics(const MetricFamilies& families, prometheus::Counter& overflow)
    : families_(families), callers_(kMaxCallers, overflow) {}

const CallerMetrics::Handles& CallerMetrics::Of(std::string_view caller) {
  const std::string_view label = callers_.Fold(caller);
  std::lock_guard lock(mutex_);
  if (const auto found = by_label_.find(label); found != by_label_.end()) return found->second;
  const std::string name(label);
  const auto calls = [&](const char* outcome) -> prometheus::Counter& {
    return families_.caller_requests.Add({{"caller", name}, {"outcome", outcome}});
  };
  const auto tokens = [&](const char* type) -> prometheus::Counter& {
    return families_.caller_tokens.Add({{"caller", name}, {"gen_ai_token_type", type}});
  };
  return by_label_
      .emplace(name, Handles{calls("ok"), calls("error"), tokens("input"), tokens("output"),
                             families_.caller_cost.Add({{"caller", name}})})
      .first->second;
}

void CallerMetrics::Called(std::string_view caller, bool good) {
  if (caller.empty()) return;
  const Handles& handles = Of(caller);
  (good ? handles.good : handles.bad).Increment();
}

void CallerMetrics::Used(std::string_view caller, const CallerUse& use) {
  if (caller.empty()) return;
  const Handles& handles = Of(caller);
  handles.input.Increment(static_cast<double>(use.input_tokens));
  handles.output.Increment(static_cast<double>(use.output_tokens));
  handles.cost.Increment(static_cast<double>(use.picousd) * kUsdPerPicoUsd);
}

bool CallerMetrics::CredentialIgnored(std::string_view metadata) {
  families_.credentials_ignored.Add({{"metadata", std::string(metadata)}}).Increment();
  return !credential_seen_.exchange(true);
}

}  // namespace inferwire::telemetry
