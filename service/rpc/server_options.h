// The bounds and habits of the gRPC server: sizes, keepalive, connection ages, memory, reflection.
#pragma once

#include <grpcpp/server_builder.h>

#include "config.h"

namespace inferwire::rpc {

void ApplyOptions(const ServerConfig& config, int loops, grpc::ServerBuilder& builder);

}  // namespace inferwire::rpc
