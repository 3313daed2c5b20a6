// Keeps the endpoints of upstreams that are found by name as the name service has them. A look-up
// that fails changes nothing: what was found last is used.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "routing/board.h"
#include "routing/place_state.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/log.h"
#include "upstream/endpoints.h"
#include "upstream/name_service.h"

namespace inferwire::upstream {

struct ResolvedName {
  std::string upstream;
  std::string host;
  int port = 0;
  Duration every = std::chrono::seconds(5);
};

class Resolver {
 public:
  struct Parts {
    const Clock& clock;
    routing::Board& board;
    telemetry::EndpointMetrics& metrics;
    telemetry::Log& log;
  };
  // All parts outlive it.
  Resolver(const Parts& parts, std::shared_ptr<NameService> names);
  // Does not wait for a look-up that takes its time.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // The endpoints of this name, looked up as long as somebody holds them: the same object for the
  // same upstream, host and port. Any thread.
  std::shared_ptr<Endpoints> Watch(const ResolvedName& name, const routing::BreakerOptions& breaker,
                                   const routing::LimitOptions& limits = {});
  // Looks up what is due; when the next one will be.
  SteadyTime LookUpDue();
  // From now on a thread of its own does, the only one for all names. Once.
  void Start();
  bool started() const { return thread_.joinable(); }
  // Until each name has been looked up once, at most so long.
  void WaitForFirst(Duration most);

 private:
  struct State;

  const std::shared_ptr<State> state_;  // the thread's too, which a look-up may hold longer
  std::thread thread_;
};

}  // namespace inferwire::upstream
