// What every message must be that the codec has made.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

namespace inferwire::fuzz {

// Every string in it is UTF-8, and it survives the wire.
void CheckMessage(const google::protobuf::Message& message);

// JSON -> message of the prototype's type -> JSON -> message: never refused for its shape, nothing
// lost.
void CheckDecoding(const google::protobuf::Message& prototype, std::string_view json);

}  // namespace inferwire::fuzz
