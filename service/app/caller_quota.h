// The policy that holds callers to their limits, out of the configuration.
#pragma once

#include <memory>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "config/config.h"
#include "policy/quota/quota.h"
#include "telemetry/quota_metrics.h"

namespace inferwire::app {

// Null: no tenant, team or key has a limit. counts: with other versions of the settings; calls that
// wait in its queue are held to these from now on.
std::unique_ptr<policy::Quota> MakeQuota(const config::Config& config,
                                         std::shared_ptr<policy::QuotaCounts> counts,
                                         const catalogue::Snapshot& catalogue,
                                         tenancy::UserRules users, const Clock& clock,
                                         telemetry::QuotaMetrics& metrics);

}  // namespace inferwire::app
