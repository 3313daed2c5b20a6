#include "telemetry/caller_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxCallers = 100;

}  // namespace

CallerMetrics::CallerMetrics(Metrics& metrics)
    : requests_(metrics.Counters("inferwire_caller_requests_total",
                                 "Ended calls of a caller that says who it is, by outcome.")),
      tokens_(
          metrics.Counters("inferwire_caller_tokens_total",
                           "Tokens that a caller's answers took, as the upstream reported them.")),
      cost_(metrics.Counters("inferwire_caller_cost_usd_total",
                             "What a caller's answers cost by the price list, in USD.")),
      credentials_ignored_(metrics.Counters(
          "inferwire_credentials_ignored_total",
          "Calls that came with a token or key, which this server does not look at.")),
      callers_(metrics.Guard(requests_.GetName(), kMaxCallers)) {}

const CallerMetrics::Handles& CallerMetrics::Of(std::string_view caller) {
  std::lock_guard lock(mutex_);
  if (const auto found = by_label_.find(caller); found != by_label_.end()) return found->second;
  const std::string_view label = callers_.Fold(caller);
  if (const auto found = by_label_.find(label); found != by_label_.end()) return found->second;
  const std::string name(label);
  const auto calls = [&](const char* outcome) -> Counter& {
    return requests_.Add({{"caller", name}, {"outcome", outcome}});
  };
  const auto tokens = [&](const char* type) -> Counter& {
    return tokens_.Add({{"caller", name}, {"gen_ai_token_type", type}});
  };
  return by_label_
      .emplace(name, Handles{calls("ok"), calls("error"), tokens("input"), tokens("output"),
                             cost_.Add({{"caller", name}})})
      .first->second;
}

void CallerMetrics::Count(const Handles& handles, const CallerUse& use) {
  if (use.input_tokens != 0) handles.input.Increment(static_cast<double>(use.input_tokens));
  if (use.output_tokens != 0) handles.output.Increment(static_cast<double>(use.output_tokens));
  if (use.picousd != 0) {
    handles.cost.Increment(static_cast<double>(use.picousd) * kUsdPerPicoUsd);
  }
}

void CallerMetrics::Called(std::string_view caller, bool good, const CallerUse& use) {
  if (caller.empty()) return;
  const Handles& handles = Of(caller);
  (good ? handles.good : handles.bad).Increment();
  Count(handles, use);
}

void CallerMetrics::Used(std::string_view caller, const CallerUse& use) {
  if (caller.empty()) return;
  Count(Of(caller), use);
}

bool CallerMetrics::CredentialIgnored(std::string_view metadata) {
  credentials_ignored_.Add({{"metadata", std::string(metadata)}}).Increment();
  return !credential_seen_.exchange(true);
}

}  // namespace inferwire::telemetry
