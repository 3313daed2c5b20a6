// protobuf -> OpenAI JSON, driven by the message's descriptor (proto/inferwire/v1/json.proto).
#pragma once

#include <google/protobuf/message.h>

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"

namespace inferwire::codec {

struct EncodeOptions {
  // Members of the outermost object that the caller may not give in extra (INVALID_PARAMETER).
  std::span<const std::string_view> reserved = {};
  // A field of the outermost message that the caller writes otherwise; null: all are written.
  const google::protobuf::FieldDescriptor* leave_out = nullptr;
  // Complete members appended to the outermost object, e.g. "stream":true. No leading comma.
  std::string_view more_members = {};
  // What JSON texts in *_json fields and extra must keep to.
  JsonLimits limits = {};
  // Refuse fields that this build does not know (UNKNOWN_PROTO_FIELD) instead of leaving them out.
  bool refuse_unknown_fields = true;
};

// Appends the message as one JSON object: typed fields in order of their numbers, then extra sorted
// by name. On error (INVALID_ARGUMENT with the field's path below this message) out is unspecified.
Result<void> AppendJson(const google::protobuf::Message& message, std::string& out,
                        const EncodeOptions& options = {});

// UNKNOWN_PROTO_FIELD with path and numbers if the message, or one inside it, has such fields.
Result<void> RefuseUnknownFields(const google::protobuf::Message& message);

}  // namespace inferwire::codec
