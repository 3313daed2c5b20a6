#include "rpc/endpoint.h"

#include <atomic>
#include <utility>

#include "telemetry/metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/rpc_metrics.h"

namespace inferwire::rpc {

struct Endpoint::Counters {
  telemetry::Metrics& metrics;
  std::atomic<telemetry::RpcMetrics*> rpc{nullptr};
  std::atomic<telemetry::OperationMetrics*> operation{nullptr};
};

Endpoint::Endpoint(EndpointSpec spec, telemetry::Metrics& metrics)
    : EndpointSpec(std::move(spec)), counters_(std::make_unique<Counters>(metrics)) {
  if (seldom) return;
  rpc_metrics();
  operation_metrics();
}

Endpoint::Endpoint(Endpoint&&) noexcept = default;
Endpoint::~Endpoint() = default;

// Two loops may ask for the first one at once: they get the same.
telemetry::RpcMetrics& Endpoint::rpc_metrics() const {
  if (auto* const known = counters_->rpc.load(std::memory_order_acquire)) return *known;
  auto& made = counters_->metrics.Of<telemetry::RpcFamilies>().With(Name(kind), service, method);
  counters_->rpc.store(&made, std::memory_order_release);
  return made;
}

telemetry::OperationMetrics& Endpoint::operation_metrics() const {
  if (auto* const known = counters_->operation.load(std::memory_order_acquire)) return *known;
  auto& made = counters_->metrics.Of<telemetry::OperationFamilies>().With(operation);
  counters_->operation.store(&made, std::memory_order_release);
  return made;
}

}  // namespace inferwire::rpc
