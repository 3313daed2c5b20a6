// Error -> gRPC status. The only place that makes one.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "gateway/rpc_status.h"

namespace inferwire::rpc {

grpc::Status ToGrpcStatus(const Error& error, const std::string& request_id);

// Value of the grpc-retry-pushback-ms trailer (gRFC A6); empty: send none.
std::string RetryPushback(const Error& error);

}  // namespace inferwire::rpc
