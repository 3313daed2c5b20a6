// grpc.testing.TestService on our own wire: what the interop clients of gRPC's languages call.
#pragma once

#include "rpc/http2/host.h"

namespace inferwire::interop {

rpc::http2::Routes TestService();

}  // namespace inferwire::interop
