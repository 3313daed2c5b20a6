// Chat completions: the caller's parameters, checked, routed and translated.
#pragma once

#include <memory>

#include "base/result.h"
#include "endpoints/shared/model_operation.h"
#include "gateway/operation.h"
#include "inferwire/v1/chat_service.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// The operation for one answer in one piece; its message is a v1::CompleteResponse.
Result<std::unique_ptr<gateway::Operation>> NewChatCompletion(
    v1::ChatCompletionParams& params, const v1::CallOptions& options,
    const upstream::Runtime& runtime, const gateway::CallContext& context,
    gateway::Operation::Observer& observer);

// The operation for a stream; its messages are v1::StreamCompleteResponse: started, chunks and
// heartbeats, and completed if nothing went wrong.
Result<std::unique_ptr<gateway::Operation>> NewChatStream(v1::ChatCompletionParams& params,
                                                          const v1::CallOptions& options,
                                                          const v1::StreamOptions& stream,
                                                          const upstream::Runtime& runtime,
                                                          const gateway::CallContext& context,
                                                          gateway::Operation::Observer& observer);

// --- For the two above ---------------------------------------------------------------------------

struct ChatPlan : ModelPlan {
  size_t choices = 1;  // that were asked for
};

// Checks the parameters, finds the upstream and writes the JSON. Replaces an alias in params.model,
// and puts the parameters into the words of the upstream's dialect.
Result<ChatPlan> PlanChat(v1::ChatCompletionParams& params, const v1::CallOptions& options,
                          bool stream, const upstream::Runtime& runtime,
                          const gateway::CallContext& context);

}  // namespace inferwire::endpoints
