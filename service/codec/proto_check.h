// Why bytes from a client did not parse as protobuf.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "base/error.h"

namespace inferwire::codec {

// The error for bytes that message.ParseFrom... refused: INVALID_ARGUMENT, INVALID_PROTO, with the
// path of the string field that is not UTF-8 if that is why. Only the slow path calls this.
Error ExplainParseFailure(std::string_view bytes, const google::protobuf::Descriptor& type);

}  // namespace inferwire::codec
