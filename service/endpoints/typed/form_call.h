// A typed call whose request is a form with files: the caller's messages become the body while they
// arrive, and the answer is read as any typed call's. Nothing of it is finished before the caller
// has said that it is whole.
#pragma once

#include "endpoints/typed/typed_method.h"
#include "rpc/endpoint.h"

namespace inferwire::endpoints {

// method: one with a form; it outlives the operation.
rpc::ClientStreamBegun NewFormCall(const TypedMethod& method, const upstream::Runtime& runtime,
                                   const gateway::CallContext& context,
                                   gateway::ClientStream::Observer& observer);

// What the first message says of its call.
std::string_view ModelOfForm(const TypedMethod& method, const google::protobuf::Message& first);
const v1::CallOptions& OptionsOfForm(const TypedMethod& method,
                                     const google::protobuf::Message& first);

}  // namespace inferwire::endpoints
