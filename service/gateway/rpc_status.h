// Error -> google.rpc.Status with its details: what callers see of an error, as an RPC's end or as
// one result among many. The only place that does it.
#pragma once

#include <string>

#include "base/error.h"
#include "google/rpc/status.pb.h"

namespace inferwire::gateway {

// Texts longer than this are cut: gRPC peers drop a whole status whose metadata exceeds 8 KiB.
constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxDetailBytes = 4096;

// request_id goes into ErrorInfo.metadata.
google::rpc::Status ToRpcStatus(const Error& error, const std::string& request_id);

}  // namespace inferwire::gateway
