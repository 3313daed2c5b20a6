// What a caller's tenant, team or key allows beyond policy/access: there the model is a word beside
// the request, here it is found in it. Callers that nobody asks who they are may do everything.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string_view>

#include "base/result.h"
#include "gateway/call_context.h"
#include "inferwire/v1/chat.pb.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// Whether MayUse can refuse anything.
bool RestrictsModels(const gateway::CallContext& context);
// By the name that the caller gives. MODEL_NOT_ALLOWED.
Result<void> MayUse(std::string_view asked, const upstream::Runtime& runtime,
                    const gateway::CallContext& context);
// By what it is sent as.
Result<void> MayUse(const upstream::Destination& destination, const upstream::Runtime& runtime,
                    const gateway::CallContext& context);
// Of a request that names its models where the gateway does not read them.
Result<void> MayUseUnseen(const upstream::Runtime& runtime, const gateway::CallContext& context);

// Holds a request to the longest answer that the caller may have: OUTPUT_LIMIT_NOT_ALLOWED if it
// asks for more. If it does not say how much it wants, the limit is what it wants.
Result<void> LimitOutput(v1::ChatCompletionParams& params, const upstream::Runtime& runtime,
                         const gateway::CallContext& context);
// The field of parameters that says how long the answer may be, in tokens; null: it is no text.
const google::protobuf::FieldDescriptor* OutputFieldOf(const google::protobuf::Descriptor& params);
// Says for a caller whose answers are limited how long this one may be, if it does not itself. What
// it says is CheckOutput's business.
void SayOutput(google::protobuf::Message& params, const gateway::CallContext& context);
// The same of a body that goes out as it came. writes: it asks for text, so it has to say how long
// it may be.
Result<void> CheckOutput(std::string_view body, bool writes, std::string_view field,
                         const upstream::Runtime& runtime, const gateway::CallContext& context);

}  // namespace inferwire::endpoints
