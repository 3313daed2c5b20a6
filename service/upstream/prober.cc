#include "upstream/prober.h"

#include <algorithm>
#include <utility>

namespace inferwire::upstream {

void Prober::Use(std::shared_ptr<const Router> router) {
  const bool wanted = std::ranges::any_of(router->upstreams(), [](const auto& upstream) {
    return upstream->options().health || upstream->options().discovery;
  });
  if (!thread_) {
    if (!wanted) return;
    http::TransferLimits limits = parts_.limits;
    limits.max_connections = limits.max_host_connections = HealthChecks::kMostAtOnce;
    thread_.emplace(parts_.clock, limits);
    checks_.emplace(HealthChecks::Parts{thread_->transfers(), thread_->timers(), random_,
                                        parts_.health_metrics, parts_.log});
    discovery_.emplace(Discovery::Parts{thread_->transfers(), thread_->timers(), random_,
                                        parts_.discovery_metrics, parts_.log});
    thread_->Start();
  }
  thread_->mailbox().Post([this, router = std::move(router)] {
    checks_->Use(router);
    discovery_->Use(router);
  });
}

void Prober::Stop() {
  if (!thread_) return;
  thread_->Stop();
  discovery_.reset();
  checks_.reset();
}

}  // namespace inferwire::upstream
