// The channel to the gateway: credentials, limits, keepalive and the retry rule. Private.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "llmgate/client/options.h"

namespace llmgate::client {

// The rules that gRPC itself applies: round robin over all addresses, and one retry of a call that
// failed with UNAVAILABLE before its first answer.
std::string ServiceConfig(const ClientOptions& options);

// True for targets that cannot leave this machine.
bool IsLocal(const std::string& target);

// Fails (INVALID_ARGUMENT, kInvalidOptions) for options that contradict themselves.
Result<std::shared_ptr<grpc::Channel>> OpenChannel(const ClientOptions& options);

}  // namespace llmgate::client
