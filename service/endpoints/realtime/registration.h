// The RPCs of RealtimeService, for the list of all endpoints.
#pragma once

#include <vector>

#include "rpc/endpoint.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> RealtimeEndpoints();

}  // namespace inferwire::endpoints
