// The health checks of all upstreams that have `health`: one round for each, again and again, that
// asks those endpoints that are out, or all of them. Nothing is sent while nothing is out. One
// thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "http/transport.h"
#include "telemetry/health_check_metrics.h"
#include "telemetry/log.h"
#include "upstream/health_check.h"
#include "upstream/router.h"

namespace inferwire::upstream {

class HealthChecks {
 public:
  // At a time, of all upstreams together: the others wait for their turn.
  static constexpr size_t kMostAtOnce = 32;

  struct Parts {
    http::Transport& transport;
    Timers& timers;
    Random& random;
    telemetry::HealthCheckFamilies& metrics;
    telemetry::Log& log;
  };
  // All of it outlives this.
  explicit HealthChecks(const Parts& parts);
  ~HealthChecks();
  HealthChecks(const HealthChecks&) = delete;
  HealthChecks& operator=(const HealthChecks&) = delete;

  // The upstreams of this version from now on; checks that run are given up.
  void Use(std::shared_ptr<const Router> router);
  size_t in_flight() const { return in_flight_; }

 private:
  class Round;

  void Advance();
  void Ended(Round& round, const HealthCheck& check);

  const Parts parts_;
  std::shared_ptr<const Router> router_;
  size_t in_flight_ = 0;
  std::vector<std::unique_ptr<Round>> rounds_;  // last: its checks are of the router
};

}  // namespace inferwire::upstream
