// The calls of gRPC's own server, given to the loops.
#pragma once

#include <memory>
#include <vector>

#include "app/wire_parts.h"
#include "base/result.h"
#include "rpc/wire_server.h"

namespace inferwire::app {

// Makes the loops, registers everything, and starts.
Result<std::unique_ptr<rpc::WireServer>> StartGrpcServer(
    const WireParts& parts, std::vector<std::unique_ptr<rpc::Loop>>& loops);

}  // namespace inferwire::app
