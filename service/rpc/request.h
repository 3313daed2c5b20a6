// The bytes of a request message made into the message, or an error that says what is wrong.
#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "base/result.h"

namespace llmgate::rpc {

// Parses into the message, returns it, and empties the buffer.
Result<google::protobuf::Message*> ParseRequest(grpc::ByteBuffer& bytes, size_t max_bytes,
                                                google::protobuf::Message& message);

}  // namespace llmgate::rpc
