// The channel to the gateway: credentials, limits, keepalive and the retry rule. Private.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "inferwire/client/options.h"

namespace inferwire::client {

// The rules that gRPC itself applies: round robin over all addresses, and one retry of a call that
// failed with UNAVAILABLE before its first answer.
std::string ServiceConfig(const ClientOptions& options);

struct Channels {
  std::string target;  // as gRPC is told
  std::shared_ptr<grpc::Channel> calls;
  // Of calls whose request is a long stream, which nobody repeats. Where it could retry, gRPC keeps
  // 760 bytes of each message until the call ends: 720 MB for a million items of a batch.
  std::shared_ptr<grpc::Channel> long_requests;
};

// Fails (INVALID_ARGUMENT, kInvalidOptions) for options that contradict themselves.
Result<Channels> OpenChannels(const ClientOptions& options);

}  // namespace inferwire::client
