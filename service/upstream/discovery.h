// Asks upstreams that have `discovery` what they serve: soon after the start, then again and again,
// and sooner after a failure. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "http/transport.h"
#include "telemetry/discovery_metrics.h"
#include "telemetry/log.h"
#include "upstream/background_get.h"
#include "upstream/listing.h"
#include "upstream/router.h"

namespace inferwire::upstream {

// Whether the upstream lists all models that it may be sent, under the names that it is sent: what
// the list does not have is missing then. Not of a page of it, nor where names are deployments'.
bool HasAllIn(const Upstream& upstream, const Listing::Read& read);
// Of the models that the configuration has the upstream sent, those that its last list does not
// have.
std::vector<std::string> UnlistedModels(const Router& router, const Upstream& upstream);

class Discovery {
 public:
  // After a failure, unless `every` is shorter.
  static constexpr Duration kAgain = std::chrono::minutes(1);

  struct Parts {
    http::Transport& transport;
    Timers& timers;
    Random& random;
    telemetry::DiscoveryFamilies& metrics;
    telemetry::Log& log;
  };
  // All of it outlives this.
  explicit Discovery(const Parts& parts);
  ~Discovery();
  Discovery(const Discovery&) = delete;
  Discovery& operator=(const Discovery&) = delete;

  // The upstreams of this version from now on; what runs is given up, and asked again.
  void Use(std::shared_ptr<const Router> router);

 private:
  class Asking;

  const Parts parts_;
  std::shared_ptr<const Router> router_;
  std::vector<std::unique_ptr<Asking>> askings_;  // last: they are of the router
};

}  // namespace inferwire::upstream
