// OpenAI JSON -> protobuf, driven by the message's descriptor (proto/inferwire/v1/json.proto).
// Lossless: what has no field, or does not fit it, goes to extra under its name, verbatim.
#pragma once

#include <google/protobuf/message.h>

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"

namespace inferwire::codec {

// String fields whose texts go on in the next message, as a stream's deltas do.
using PieceFields = std::span<const google::protobuf::FieldDescriptor* const>;

struct DecodeStats {
  int unknown_members = 0;  // that went to extra
};

// Clears the message and fills it from a JSON object. Fails only if the text is not JSON or not an
// object (INTERNAL, UPSTREAM_PROTOCOL), or breaks a limit (INTERNAL, RESPONSE_TOO_LARGE); never
// because of an unexpected shape. Up to a limit of size, what is almost JSON is read too: invalid
// UTF-8 and lone surrogates become U+FFFD, and NaN and Infinity strings of these letters, which
// then stand in extra.
//
// In the fields named as pieces a half of a character at either end is kept for the CharacterJoiner
// of half_character.h, which the caller has to use before the message goes anywhere.
Result<void> FromJson(std::string_view json, google::protobuf::Message& message,
                      const JsonLimits& limits = {}, DecodeStats* stats = nullptr,
                      PieceFields pieces = {});

// The same mending for other readers: the text has passed the gate, and mended holds it if
// something had to be replaced.
Result<std::string_view> MakeReadable(std::string_view json, const JsonLimits& limits,
                                      std::string& mended);

// Of a text that is still coming: fails, as FromJson would, if no rest can make it good.
Result<void> CheckBeginning(std::string_view json, const JsonLimits& limits);

}  // namespace inferwire::codec
