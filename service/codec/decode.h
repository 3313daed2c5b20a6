// OpenAI JSON -> protobuf, driven by the message's descriptor (proto/llmgate/v1/json.proto).
// Lossless: what has no field, or does not fit it, goes to extra under its name, verbatim.
#pragma once

#include <google/protobuf/message.h>

#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"

namespace llmgate::codec {

struct DecodeStats {
  int unknown_members = 0;  // that went to extra
};

// Clears the message and fills it from a JSON object. Fails only if the text is not JSON, breaks a
// limit or is not an object (INTERNAL, UPSTREAM_PROTOCOL); never because of an unexpected shape.
// Invalid UTF-8 (up to a limit) and lone surrogates become U+FFFD.
Result<void> FromJson(std::string_view json, google::protobuf::Message& message,
                      const JsonLimits& limits = {}, DecodeStats* stats = nullptr);

// Of a text that is still coming: fails, as FromJson would, if no rest can make it good.
Result<void> CheckBeginning(std::string_view json, const JsonLimits& limits);

}  // namespace llmgate::codec
