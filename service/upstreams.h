// The configured upstreams made ready: keys read, models routed.
#pragma once

#include <string>

#include "base/metrics.h"
#include "base/result.h"
#include "config.h"
#include "key_ring.h"
#include "openai/routes.h"

namespace inferwire {

// simulator_url: the base URL of the embedded simulator, for upstreams that are it. The error names
// the upstream and where its key was to come from. facts: what is known of models; outlives the
// routes.
Result<openai::Routes> MakeRoutes(const Config& config, const std::string& simulator_url,
                                  const catalogue::Holder& facts, KeyRing& keys, Metrics& metrics);

}  // namespace inferwire
