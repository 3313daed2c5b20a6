#pragma once

#include <vector>

#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// Every unary RPC whose option `upstream` says which HTTP request serves it, of the services in
// registration.cc: one that is added there needs no code.
std::vector<rpc::EndpointSpec> TypedEndpoints();

}  // namespace inferwire::endpoints
