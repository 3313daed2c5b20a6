// The callers' side of the loops: HTTP/2 by nghttp2 on each of them (rpc/http2).
#pragma once

#include <memory>
#include <vector>

#include "app/wire_parts.h"
#include "base/result.h"
#include "rpc/wire_server.h"

namespace inferwire::app {

// Makes the loops and starts them. loops outlives the server.
Result<std::unique_ptr<rpc::WireServer>> StartHttp2Server(
    const WireParts& parts, std::vector<std::unique_ptr<rpc::Loop>>& loops);

}  // namespace inferwire::app
