// WatchResponse, WatchRun, WatchFineTuningJob: what is worked on at an upstream, at each of its
// changes.
#pragma once

#include <string_view>
#include <vector>

#include "endpoints/typed/typed_method.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// method: finds the typed RPC of a name, of those that ask for what is watched.
std::vector<rpc::EndpointSpec> WatchEndpoints(const TypedMethod& (*method)(std::string_view name));

}  // namespace inferwire::endpoints
