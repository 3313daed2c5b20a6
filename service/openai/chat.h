// Chat completions: the caller's parameters, checked, routed and translated.
#pragma once

#include <memory>

#include "base/result.h"
#include "inferwire/v1/chat_service.pb.h"
#include "openai/exchange.h"
#include "openai/operation.h"
#include "openai/owned_ids.h"

namespace inferwire::openai {

// The operation for one answer in one piece; its message is a v1::CompleteResponse.
Result<std::unique_ptr<Operation>> NewChatCompletion(v1::ChatCompletionParams& params,
                                                     const v1::CallOptions& options,
                                                     const Runtime& runtime,
                                                     const CallContext& context,
                                                     Operation::Sink& sink);

// The operation for a stream; its messages are v1::StreamCompleteResponse: started, chunks and
// heartbeats, and completed if nothing went wrong.
Result<std::unique_ptr<Operation>> NewChatStream(v1::ChatCompletionParams& params,
                                                 const v1::CallOptions& options,
                                                 const v1::StreamOptions& stream,
                                                 const Runtime& runtime, const CallContext& context,
                                                 Operation::Sink& sink);

// --- For the two above ---------------------------------------------------------------------------

struct ChatPlan {
  Exchange::Request request;
  catalogue::ModelRef facts;                              // null: nothing is known of the model
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // prices the answer; may be null
  size_t choices = 1;                                     // that were asked for
  bool validate_only = false;
  bool include_raw_response = false;
  std::string client_request_id;
  OwnedCall owned;  // the files that it names, where they have owners
};

// Checks the parameters, finds the upstream and writes the JSON. Replaces an alias in params.model,
// and puts the parameters into the words of the upstream's dialect.
Result<ChatPlan> PlanChat(v1::ChatCompletionParams& params, const v1::CallOptions& options,
                          bool stream, const Runtime& runtime, const CallContext& context);

}  // namespace inferwire::openai
