// StreamRun: a run of an assistant as a stream of events, a new one or one that goes on with what
// its tools gave.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// The RPCs whose requests begin one. method: finds a typed RPC by its name.
rpc::EndpointSpec StreamRunEndpoint(const TypedMethod& (*method)(std::string_view name));

}  // namespace inferwire::endpoints
