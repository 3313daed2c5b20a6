// The configured upstreams made ready: keys read, models routed.
#pragma once

#include <string>

#include "app/credential_store.h"
#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "policy/quota/allowances.h"
#include "routing/board.h"
#include "telemetry/metrics.h"
#include "upstream/listing.h"
#include "upstream/resolver.h"
#include "upstream/router.h"

namespace inferwire::app {

// simulator_url: the base URL of the embedded simulator, for upstreams that are it. The error names
// the upstream and where its key was to come from. catalogue: what is known of models; outlives
// the routes.
struct RouterParts {
  const Clock& clock;
  const catalogue::Snapshot& catalogue;
  CredentialStore& keys;
  routing::Board& board;  // outlives the router, as the catalogue does
  upstream::Resolver& resolver;
  upstream::Listings& listings;
  telemetry::Metrics& metrics;
  policy::QuotaCounts& quota;  // with other versions of the settings
};
Result<upstream::Router> BuildRouter(const config::Config& config, const std::string& simulator_url,
                                     const RouterParts& parts);

}  // namespace inferwire::app
