// The name under which a model is booked. Callers invent names, and each one would be a row of the
// sums for ever: only what the configuration or the catalogue has, and what an upstream has
// answered as, is a name.
#pragma once

#include <string>
#include <string_view>

#include "telemetry/ledger_metrics.h"
#include "upstream/router.h"

namespace inferwire::upstream {

inline constexpr std::string_view kOtherModel = "other";

// upstream: where it was sent to, or empty. answered: it answered, so that it knows the name; of
// these there are as many as LedgerMetrics admits.
std::string BookedModel(const Router& router, std::string_view upstream, std::string_view model,
                        bool answered, telemetry::LedgerMetrics* metrics);

}  // namespace inferwire::upstream
