// The bounds and habits of the gRPC server: sizes, keepalive, connection ages, memory, reflection.
#pragma once

#include <grpcpp/server_builder.h>

#include "config/config.h"

namespace inferwire::app {

void ApplyOptions(const config::ServerConfig& config, int loops, grpc::ServerBuilder& builder);

}  // namespace inferwire::app
