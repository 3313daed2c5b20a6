// Raw calls: any allowed upstream path, body untouched, every HTTP status a result.
#pragma once

#include <memory>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/raw_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// The operation's message is a v1::InvokeResponse.
Result<std::unique_ptr<gateway::Operation>> NewRawCall(v1::HttpCall& call,
                                                       const v1::CallOptions& options,
                                                       const upstream::Runtime& runtime,
                                                       const gateway::CallContext& context,
                                                       gateway::Operation::Observer& observer);

// The operation's messages are v1::StreamInvokeResponse.
Result<std::unique_ptr<gateway::Operation>> NewRawStream(v1::HttpCall& call,
                                                         const v1::CallOptions& options,
                                                         const upstream::Runtime& runtime,
                                                         const gateway::CallContext& context,
                                                         gateway::Operation::Observer& observer);

}  // namespace inferwire::endpoints
