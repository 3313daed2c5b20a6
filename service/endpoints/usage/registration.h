// The RPCs of UsageService, for the list of all endpoints.
#pragma once

#include <vector>

#include "endpoints/usage/usage_backend.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// backend: outlives the calls; null: there are no sums to ask, and only limits are told.
std::vector<rpc::EndpointSpec> UsageEndpoints(const UsageBackend* backend);

}  // namespace inferwire::endpoints
