// Error -> gRPC status, with google.rpc.Status and its details. The only place that does it.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "base/error.h"
#include "google/rpc/status.pb.h"

namespace llmgate::rpc {

// Texts longer than this are cut: gRPC peers drop a whole status whose metadata exceeds 8 KiB.
constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxDetailBytes = 4096;

// request_id goes into ErrorInfo.metadata.
google::rpc::Status ToRpcStatus(const Error& error, const std::string& request_id);
grpc::Status ToGrpcStatus(const Error& error, const std::string& request_id);

// Value of the grpc-retry-pushback-ms trailer (gRFC A6); empty: send none.
std::string RetryPushback(const Error& error);

}  // namespace llmgate::rpc
