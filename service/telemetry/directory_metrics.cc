#include "telemetry/directory_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array<const char*, kDirectoryIgnoredReasons> kIgnoredNames{"invalid", "in_file",
                                                                          "no_tenant", "too_many"};
constexpr std::array kOutcomeNames{"written", "dropped"};

}  // namespace

DirectoryMetrics::DirectoryMetrics(Metrics& metrics)
    : age_(metrics
               .Gauges("inferwire_directory_age_seconds",
                       "Time since the store last said what tenants and keys there are; 0 where "
                       "they are not kept in the store.")
               .Add({})),
      version_(metrics
                   .Gauges("inferwire_directory_version",
                           "Version of the store's tenants and keys that is in use.")
                   .Add({})),
      audited_(metrics.Counters("inferwire_audit_events_total",
                                "Events of the audit trail, by what became of them: dropped where "
                                "too many waited for the store."),
               "outcome", kOutcomeNames) {
  auto& ignored = metrics.Gauges("inferwire_directory_ignored",
                                 "Tenants and keys of the store that are not served, by why.");
  for (size_t i = 0; i < kIgnoredNames.size(); ++i) {
    ignored_[i] = &ignored.Add({{"reason", kIgnoredNames[i]}});
  }
  audited_.MakeAll();
}

void DirectoryMetrics::Ignored(const std::array<int64_t, kDirectoryIgnoredReasons>& rows) {
  for (size_t i = 0; i < rows.size(); ++i) ignored_[i]->Set(static_cast<double>(rows[i]));
}

}  // namespace inferwire::telemetry
