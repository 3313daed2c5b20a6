// What every message must be that the codec has made.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

namespace inferwire::fuzz {

// Every string in it is UTF-8, and it survives the wire.
void CheckMessage(const google::protobuf::Message& message);

// JSON -> message of the prototype's type -> JSON -> message: never refused for its shape, nothing
// lost. carries: every member, which is not so of types that leave some out on purpose.
void CheckDecoding(const google::protobuf::Message& prototype, std::string_view json,
                   bool carries = true);

}  // namespace inferwire::fuzz
