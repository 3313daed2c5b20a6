#include "telemetry/config_metrics.h"

#include <array>

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr std::array kResults{"applied", "unchanged", "rejected"};

}  // namespace

ConfigMetrics::ConfigMetrics(Metrics& metrics)
    : reloads_(
          metrics.Counters("inferwire_config_reload_total",
                           "How often configuration and keys were read again, by what came of it."),
          "result", kResults),
      good_(metrics
                .Gauges("inferwire_config_last_reload_successful",
                        "0 while the configuration that was read last is refused.")
                .Add({})),
      since_(metrics.Gauges("inferwire_config_last_reload_success_timestamp_seconds",
                            "Since when the configuration is in use.")),
      info_(metrics.Gauges("inferwire_config_info", "The configuration in use; always 1.")) {
  reloads_.MakeAll();
  good_.Set(1);
}

void ConfigMetrics::Reloaded(ReloadResult result, bool good) {
  reloads_[static_cast<size_t>(result)].Increment();
  good_.Set(good ? 1 : 0);
}

void ConfigMetrics::InUse(const std::string& hash, WallTime since) {
  std::lock_guard lock(mutex_);
  if (in_use_) info_.Remove(in_use_);
  in_use_ = &info_.Add({{"hash", hash}});
  in_use_->Set(1);
  since_.Add({}).Set(Seconds(since));
}

}  // namespace inferwire::telemetry
