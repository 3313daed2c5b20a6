// What is wrong with one field of a request, and where. The path is put together from the inside
// out while the walk unwinds, so that a good request never builds one.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>

#include "base/error.h"

namespace inferwire::codec {

struct FieldFault {
  std::string path;
  std::string description;
  v1::ErrorReason reason = v1::ERROR_REASON_INVALID_PARAMETER;

  // The fault is inside this field; index -1: the field is not repeated.
  void Under(std::string_view field, int index = -1);
  Error ToError() const;
};

// extra["name"], fit for an error: a long or odd name is cut and escaped.
std::string MapPath(std::string_view field, std::string_view key);

// True, with the fault, if the message itself (not one inside it) has fields unknown to this build.
bool HasUnknownFields(const google::protobuf::Message& message, FieldFault& fault);

}  // namespace inferwire::codec
