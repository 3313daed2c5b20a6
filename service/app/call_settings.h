// A version of the settings made out of the configuration.
#pragma once

#include <memory>
#include <string>

#include "app/credential_store.h"
#include "base/clock.h"
#include "base/result.h"
#include "catalogue/catalogue.h"
#include "config/config.h"
#include "gateway/memory_budget.h"
#include "http/transfers.h"
#include "identity/key_fetcher.h"
#include "policy/concurrency/concurrency.h"
#include "policy/quota/allowances.h"
#include "routing/board.h"
#include "rpc/settings.h"
#include "telemetry/metrics.h"
#include "upstream/listing.h"
#include "upstream/resolver.h"

namespace inferwire::app {

// What all versions have in common.
struct SettingsParts {
  const Clock& clock;
  telemetry::Metrics& metrics;
  CredentialStore& keys;
  const catalogue::Snapshot& catalogue;
  std::shared_ptr<policy::Concurrency::Count> in_flight;
  std::shared_ptr<policy::QuotaCounts> quota;
  gateway::MemoryBudget& memory;
  routing::Board& board;
  upstream::Resolver& resolver;
  upstream::Listings& listings;
  identity::KeyFetcher& signing_keys;
};

// simulator_url: see MakeRoutes, whose errors it returns.
Result<std::shared_ptr<const rpc::Settings>> MakeCallSettings(const config::Config& config,
                                                              const std::string& simulator_url,
                                                              const SettingsParts& parts);

// Of what is made once and stays.
http::TransferLimits TransferLimitsOf(const config::Config& config);

}  // namespace inferwire::app
