// The RPCs of KeysService, for the administrators' port.
#pragma once

#include <vector>

#include "endpoints/directory/directory_backend.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// backend: outlives the calls.
std::vector<rpc::EndpointSpec> KeysEndpoints(const DirectoryBackend& backend);

}  // namespace inferwire::endpoints
