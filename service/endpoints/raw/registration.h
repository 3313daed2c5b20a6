// The RPCs of RawService, for the list of all endpoints.
#pragma once

#include <vector>

#include "rpc/endpoint.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> RawEndpoints();

}  // namespace inferwire::endpoints
