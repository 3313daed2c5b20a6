// Who still calls models that are near their ends (inferwire_ending_model_*). Thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
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
  using Names = std::array<std::string, 3>;  // model, caller, warning
  struct Less {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
    }
  };
  struct Series {
    Counter* answers;
    int64_t* told;  // the day of the last one that was the first
  };

  Series& Find(std::string_view model, std::string_view caller, std::string_view warning);

  CounterFamily& requests_;
  GaugeFamily& shutdown_;
  LabelGuard models_, pairs_;  // model x caller
  std::mutex mutex_;
  std::map<std::string, int64_t, std::less<>> told_;  // the day, by model and warning
  std::map<Names, Series, Less> series_;              // as many as the guards admit
};

}  // namespace inferwire::telemetry
