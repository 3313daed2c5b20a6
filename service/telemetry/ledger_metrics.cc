#include "telemetry/ledger_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kSourceNames{"unspecified", "provider", "estimated", "lost", "none"};
constexpr std::array kFailureNames{"allocate", "sync", "recover", "upload"};

// Names that only upstreams with models: ["*"] know.
constexpr size_t kMostModels = 1000;

}  // namespace

LedgerMetrics::LedgerMetrics(Metrics& metrics)
    : booked_(metrics.Counters("inferwire_ledger_records_total",
                               "Calls booked in the ledger, by where their use is known from."),
              "source", kSourceNames),
      failures_(metrics.Counters("inferwire_ledger_failures_total",
                                 "What the ledger's files did not let it do, by step."),
                "step", kFailureNames),
      held_(metrics
                .Gauges("inferwire_ledger_held_calls",
                        "Ended calls that the ledger has in memory only: its disk is full.")
                .Add({})),
      free_segments_(metrics
                         .Gauges("inferwire_ledger_disk_free_segments",
                                 "Files allocated ahead; 0: the next calls are held in memory.")
                         .Add({})),
      unsent_(metrics
                  .Gauges("inferwire_ledger_unsent_records",
                          "Records of this process that are not in the store's sums yet.")
                  .Add({})),
      unsent_age_(metrics
                      .Gauges("inferwire_ledger_unsent_age_seconds",
                              "Time since all records were in the store's sums.")
                      .Add({})),
      models_(metrics.Guard("usage_hour", kMostModels)) {
  for (size_t source = 1; source < kSourceNames.size(); ++source) Booked(source, 0);
  failures_.MakeAll();
}

}  // namespace inferwire::telemetry
