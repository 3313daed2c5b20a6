// What failed calls may cost all the same (inferwire_maybe_billed_*): the upstream had begun to
// work, and nobody knows what it bills. Never a part of inferwire_cost_usd_total. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class MaybeBilledMetrics {
 public:
  explicit MaybeBilledMetrics(Metrics& metrics);

  // why: how the call failed, one of few words. picousd: unset if it has no price. estimated: no
  // usage of the upstream's stands behind it.
  void Record(std::string_view operation, std::string_view provider, std::string_view model,
              std::string_view why, std::optional<int64_t> picousd, bool estimated);

 private:
  CounterFamily& requests_;
  CounterFamily& unpriced_;
  CounterFamily& cost_;
  LabelGuard guard_;  // operation x provider x model x why
};

}  // namespace inferwire::telemetry
