// What is asked of upstreams beside the calls, health checks and what they serve, on a thread of
// its own, which is there from the first configuration on that wants any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/random.h"
#include "http/transfer_thread.h"
#include "telemetry/discovery_metrics.h"
#include "telemetry/health_check_metrics.h"
#include "telemetry/log.h"
#include "upstream/discovery.h"
#include "upstream/health_checks.h"
#include "upstream/router.h"

namespace inferwire::upstream {

class Prober {
 public:
  struct Parts {
    const Clock& clock;
    telemetry::HealthCheckFamilies& health_metrics;
    telemetry::DiscoveryFamilies& discovery_metrics;
    telemetry::Log& log;
    http::TransferLimits limits;  // but for its connections
    uint64_t seed;
  };
  // What the parts refer to outlives it.
  explicit Prober(const Parts& parts) : parts_(parts), random_(parts.seed) {}
  ~Prober() { Stop(); }
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // The upstreams of this version from now on. One thread at a time.
  void Use(std::shared_ptr<const Router> router);
  void Stop();

 private:
  const Parts parts_;
  Random random_;
  std::optional<http::TransferThread> thread_;
  // The thread's while that runs.
  std::optional<HealthChecks> checks_;
  std::optional<Discovery> discovery_;
};

}  // namespace inferwire::upstream
