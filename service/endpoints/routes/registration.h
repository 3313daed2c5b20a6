// The RPCs of RoutesService and RouteAdminService, for the list of all endpoints.
#pragma once

#include <vector>

#include "rpc/endpoint.h"

namespace inferwire::endpoints {

std::vector<rpc::EndpointSpec> RoutesEndpoints();

}  // namespace inferwire::endpoints
