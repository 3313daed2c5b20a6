// Compressed messages. What they expand to is bounded while they expand.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>

#include "rpc/http2/request_headers.h"

namespace inferwire::rpc::http2 {

enum class Inflated { kGood, kTooLong, kBroken };

// encoding: gzip or deflate. The message is replaced by what it expands to.
Inflated Inflate(Encoding encoding, size_t most, grpc::ByteBuffer& message);

}  // namespace inferwire::rpc::http2
