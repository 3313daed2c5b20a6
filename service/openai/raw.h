// Raw calls: any allowed upstream path, body untouched, every HTTP status a result.
#pragma once

#include <memory>

#include "base/result.h"
#include "inferwire/v1/raw_service.pb.h"
#include "openai/operation.h"

namespace inferwire::openai {

// The operation's message is a v1::InvokeResponse.
Result<std::unique_ptr<Operation>> NewRawCall(v1::HttpCall& call, const v1::CallOptions& options,
                                              const Runtime& runtime, const CallContext& context,
                                              Operation::Sink& sink);

// The operation's messages are v1::StreamInvokeResponse.
Result<std::unique_ptr<Operation>> NewRawStream(v1::HttpCall& call, const v1::CallOptions& options,
                                                const Runtime& runtime, const CallContext& context,
                                                Operation::Sink& sink);

}  // namespace inferwire::openai
