// The parts of the HTTP request that serves a typed call: path, query and body.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"
#include "endpoints/typed/typed_method.h"
#include "upstream/route.h"

namespace inferwire::endpoints {

// With its query, below the base URL. An id that is missing, or is none, is the caller's mistake.
Result<std::string> PathOf(const TypedMethod& method, const google::protobuf::Message& request);

// The error with its fields below that one.
Error Under(const std::string& parent, Error error);

// The body's JSON. Of one that goes by its model, without the brace at its beginning and without
// the model, which is another one at each target.
Result<std::string> BodyOf(const TypedMethod& method, const google::protobuf::Message& request,
                           const codec::JsonLimits& limits);

// "model":"NAME", and further members for this target, each with a comma behind it. events: the
// answer is asked for as a stream of them.
std::string HeadOf(const TypedMethod& method, const upstream::Destination& target, bool events);
// Both together.
std::string JoinBody(std::string head, std::string_view rest);

}  // namespace inferwire::endpoints
