// A message put together from parts may have a member both as a field and, in a form that fits no
// field, in extra. JSON has no room for both.
#pragma once

#include <google/protobuf/message.h>

namespace inferwire::codec {

// Erases from extra, here and in every message inside, what is there as a field too.
void DropShadowedExtra(google::protobuf::Message& message);

}  // namespace inferwire::codec
