#include "telemetry/lease_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kKindNames{"flow", "stock", "register"};
constexpr std::array kResultNames{"ok", "timeout", "late", "error"};
constexpr size_t kMaxScopes = 200;

}  // namespace

LeaseMetrics::LeaseMetrics(Metrics& metrics)
    : up_(metrics
              .Gauges("inferwire_lease_store_up",
                      "0: the store of shared limits is not reached, and this process keeps to its "
                      "part of them, or does what limits.store_down says.")
              .Add({})),
      exchanges_(metrics.Counters("inferwire_lease_exchanges_total",
                                  "Statements to the store of shared limits, by how they ended."),
                 kKinds * kResults,
                 [](size_t index) {
                   return Labels{{"kind", kKindNames[index / kResults]},
                                 {"result", kResultNames[index % kResults]}};
                 }),
      live_(metrics
                .Gauges("inferwire_replicas_live",
                        "Processes that share their limits, as the store last said.")
                .Add({})),
      in_doubt_(metrics.Gauges("inferwire_budget_in_doubt_usd",
                               "Of budgets, what processes that are gone were lent and may have "
                               "used; it counts as used.")),
      overrun_(metrics
                   .Counters("inferwire_budget_overrun_usd_total",
                             "Spent beyond shared budgets, by this process.")
                   .Add({})),
      guard_(metrics.Guard(in_doubt_.GetName(), kMaxScopes)) {
  auto seconds = metrics.Histograms("inferwire_lease_exchange_seconds",
                                    "How long the store of shared limits takes to answer.",
                                    {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1});
  for (size_t kind = 0; kind < kKinds; ++kind) {
    seconds_[kind] = &seconds.Add({{"kind", kKindNames[kind]}});
  }
  exchanges_.MakeAll();
  StoreUp(true);
  Live(1);
  InDoubt({{std::string(kOtherLabel), 0}});
}

void LeaseMetrics::Exchanged(size_t kind, size_t result, Duration took) {
  exchanges_[kind * kResults + result].Increment();
  seconds_[kind]->Observe(Seconds(took));
}

void LeaseMetrics::InDoubt(const std::map<std::string, int64_t>& picousd) {
  std::map<std::string, double> shown;
  for (const auto& [scope, amount] : picousd) {
    shown[guard_.Admit(scope) ? scope : std::string(kOtherLabel)] +=
        static_cast<double>(amount) * kUsdPerPicoUsd;
  }
  for (auto& [scope, gauge] : doubts_) {
    if (!shown.contains(scope)) gauge->Set(0);
  }
  for (const auto& [scope, usd] : shown) {
    Gauge*& gauge = doubts_[scope];
    if (gauge == nullptr) gauge = &in_doubt_.Add({{"scope", scope}});
    gauge->Set(usd);
  }
}

}  // namespace inferwire::telemetry
