// The bytes of a request message made into the message, or an error that says what is wrong.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "base/result.h"
#include "rpc/settings.h"

namespace inferwire::rpc {

// Parses into the message, returns it, and empties the buffer. What is over the limits is refused
// before anything is parsed.
Result<google::protobuf::Message*> ParseRequest(grpc::ByteBuffer& bytes, const CallLimits& limits,
                                                google::protobuf::Message& message);

}  // namespace inferwire::rpc
