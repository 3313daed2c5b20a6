// The RPCs of ModelsService, for the list of all endpoints.
#pragma once

#include <vector>

#include "rpc/endpoint.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> ModelsEndpoints();

}  // namespace inferwire::endpoints
