// Who still calls models that are near their ends (inferwire_ending_model_*). Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class EndingMetrics {
 public:
  explicit EndingMetrics(Metrics& metrics);

  // An answer came with such a warning: ends_soon, ended or moved. caller: empty if nobody is asked
  // who he is. True: the first one of this model and warning in that day's time.
  bool Warned(std::string_view model, std::string_view caller, std::string_view warning,
              WallTime shutdown, WallTime now);

 private:
  CounterFamily& requests_;
  GaugeFamily& shutdown_;
  LabelGuard models_, pairs_;  // model x caller
  std::mutex mutex_;
  std::map<std::string, int64_t, std::less<>> told_;  // the day, by model and warning
};

}  // namespace inferwire::telemetry
