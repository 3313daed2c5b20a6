// A typed call, checked, routed and translated.
#pragma once

#include "base/result.h"
#include "endpoints/shared/model_operation.h"
#include "endpoints/typed/typed_method.h"
#include "gateway/call_options.h"

namespace inferwire::endpoints {

// A stream is asked for where the RPC streams. Its request names no model if plan.request.model is
// empty. May change the request: the longest answer that the caller may have is put into it.
Result<ModelPlan> PlanTyped(const TypedMethod& method, google::protobuf::Message& request,
                            const upstream::Runtime& runtime, const gateway::CallContext& context);

// Of a plan whose request has no options of its own: those of the call that it is made for.
void TakeOptions(const gateway::CheckedOptions& options, const gateway::CallContext& context,
                 ModelPlan& plan);

// Makes it the request for a stream of events. PlanTyped does of an RPC that streams, but for those
// whose answers are large: they ask for the one or the other, and read in pieces what comes.
void AskForEvents(ModelPlan& plan, const upstream::Runtime& runtime);

// The request's model, and how long it lets its answer get: for what looks at a call before its
// operation is made.
std::string_view ModelOf(const TypedMethod& method, const google::protobuf::Message& request);
limits::OutputBound OutputOf(const TypedMethod& method, const google::protobuf::Message& request);
const v1::CallOptions& OptionsOf(const TypedMethod& method,
                                 const google::protobuf::Message& request);

}  // namespace inferwire::endpoints
