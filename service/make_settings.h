// A version of the settings made out of the configuration.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/memory_budget.h"
#include "base/metrics.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "config.h"
#include "http/transfers.h"
#include "key_ring.h"
#include "policy/concurrency.h"
#include "rpc/settings.h"

namespace inferwire {

// What all versions have in common.
struct SettingsParts {
  const Clock& clock;
  Metrics& metrics;
  KeyRing& keys;
  const catalogue::Holder& facts;  // of models
  std::shared_ptr<policy::Concurrency::Count> in_flight;
  MemoryBudget& memory;
};

// simulator_url: see MakeRoutes, whose errors it returns.
Result<std::shared_ptr<const rpc::Settings>> MakeSettings(const Config& config,
                                                          const std::string& simulator_url,
                                                          const SettingsParts& parts);

// Of what is made once and stays.
http::TransferLimits TransferLimitsOf(const Config& config);

}  // namespace inferwire
