// The list of all endpoints that callers see: a new room of them is added here, and nowhere else.
// Those of administrators are in administration.h.
#pragma once

#include <vector>

#include "endpoints/batches/batch_backend.h"
#include "endpoints/usage/usage_backend.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// batches: with what batches are served, outlives the calls; null: they are refused.
// usage: the same for sums of usage.
std::vector<rpc::EndpointSpec> All(const BatchBackend* batches,
                                   const UsageBackend* usage = nullptr);

}  // namespace inferwire::endpoints
