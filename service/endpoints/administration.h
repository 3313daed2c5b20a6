// The list of all endpoints of the administrators' port.
#pragma once

#include <vector>

#include "endpoints/directory/directory_backend.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// directory: outlives the calls.
std::vector<rpc::EndpointSpec> Administration(const DirectoryBackend& directory);

}  // namespace inferwire::endpoints
