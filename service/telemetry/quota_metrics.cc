#include "telemetry/quota_metrics.h"

#include <string>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxLimits = 200;  // two series each

}  // namespace

QuotaMetrics::QuotaMetrics(Metrics& metrics)
    : decisions_(
          metrics.Counters("inferwire_limit_decisions_total",
                           "Calls beyond a limit or budget of a tenant, team or key: refused, "
                           "or let in because it only warns (exceeded).")),
      meters_(metrics
                  .Gauges("inferwire_limit_meters",
                          "Counters of tenants', teams' and keys' limits and budgets.")
                  .Add({})),
      guard_(metrics.Guard(decisions_.GetName(), kMaxLimits)) {}

Counter& QuotaMetrics::Of(std::string_view scope, std::string_view limit, LimitDecision decision) {
  if (!guard_.Admit(std::string(scope).append(" ").append(limit))) scope = limit = kOtherLabel;
  return decisions_.Add(
      {{"scope", std::string(scope)},
       {"limit", std::string(limit)},
       {"decision", decision == LimitDecision::kRefused ? "refused" : "exceeded"}});
}

void QuotaMetrics::Counts(std::string_view scope, std::string_view limit) {
  for (const auto decision : {LimitDecision::kRefused, LimitDecision::kExceeded}) {
    Of(scope, limit, decision);
  }
}

void QuotaMetrics::Decided(std::string_view scope, std::string_view limit, LimitDecision decision) {
  Of(scope, limit, decision).Increment();
}

}  // namespace inferwire::telemetry
