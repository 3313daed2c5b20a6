// What failed calls may cost all the same (inferwire_maybe_billed_*): the upstream had begun to
// work, and nobody knows what it bills. Never a part of inferwire_cost_usd_total. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class MaybeBilledMetrics {
 public:
  // overflow: counts what is folded into other.
  MaybeBilledMetrics(prometheus::Registry& registry, prometheus::Counter& overflow);

  // why: how the call failed, one of few words. picousd: unset if it has no price. estimated: no
  // usage of the upstream's stands behind it.
  void Record(std::string_view operation, std::string_view provider, std::string_view model,
              std::string_view why, std::optional<int64_t> picousd, bool estimated);

 private:
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& unpriced_;
  prometheus::Family<prometheus::Counter>& cost_;
  LabelGuard guard_;  // operation x provider x model x why
};

}  // namespace inferwire::telemetry
