// What a stream that waits for room tells its caller.
#pragma once

#include <memory>

#include "limits/ticket.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// A v1::StreamCompleteResponse.
std::unique_ptr<rpc::Message> QueuedEvent(const limits::Standing& standing);

}  // namespace inferwire::endpoints
