// grpc.testing.TestService on our own wire: what the interop clients of gRPC's languages call.
#pragma once

#include "rpc/routes.h"

namespace inferwire::interop {

rpc::Routes TestService();

}  // namespace inferwire::interop
