// What bytes from a caller would become, before anything is parsed. A field of two bytes on the
// wire can become a message of hundreds in memory: a request's size alone bounds nothing.
#pragma once

#include <google/protobuf/io/zero_copy_stream.h>
#include <google/protobuf/message.h>

#include <cstddef>

namespace inferwire::codec {

// Whether the bytes hold more than `most` fields: of the message and of those inside it, unknown
// ones and those in groups too, each element of a packed list counted as one. Reads no further than
// the first field beyond the bound, or the first byte that the parser would refuse.
//
// A field takes two bytes, an element of a packed list one: `most` bytes or fewer need no scan.
bool HasMoreFieldsThan(size_t most, google::protobuf::io::ZeroCopyInputStream& bytes,
                       const google::protobuf::Descriptor& type);

}  // namespace inferwire::codec
