#include "rpc/endpoint.h"

#include <utility>

#include "telemetry/metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/rpc_metrics.h"

namespace inferwire::rpc {

Endpoint::Endpoint(EndpointSpec spec, telemetry::Metrics& metrics)
    : EndpointSpec(std::move(spec)),
      rpc_metrics(metrics.Of<telemetry::RpcFamilies>().With(Name(kind), service, method)),
      operation_metrics(metrics.Of<telemetry::OperationFamilies>().With(operation)) {}

}  // namespace inferwire::rpc
