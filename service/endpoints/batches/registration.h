// The RPCs of BatchesService, for the list of all endpoints.
#pragma once

#include <vector>

#include "endpoints/batches/batch_backend.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// backend: outlives the calls; null: they are refused.
std::vector<rpc::EndpointSpec> BatchesEndpoints(const BatchBackend* backend);

}  // namespace inferwire::endpoints
