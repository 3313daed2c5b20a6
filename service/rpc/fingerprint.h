// What a request asks for, in 64 digits: two requests with one idempotency key have to have the
// same. Taken from the message as it was parsed, with maps in order, so that it does not depend on
// the language that wrote it; and before a route is chosen, which may be another one the next time.
// Of the options only what changes the answer's form counts.
#pragma once

#include <google/protobuf/message.h>

#include <string>

#include "inferwire/v1/common.pb.h"

namespace inferwire::rpc {

// options: the request's own.
std::string FingerprintOf(const google::protobuf::Message& request, v1::CallOptions& options);

}  // namespace inferwire::rpc
