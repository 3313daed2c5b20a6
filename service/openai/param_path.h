// The name of a parameter in an upstream's words -> the path of the field that the caller set.
#pragma once

#include <google/protobuf/descriptor.h>

#include <span>
#include <string>
#include <string_view>

#include "inferwire/v1/chat.pb.h"

namespace inferwire::openai {

// Where the caller's request has what the upstream's request is made of. Constants: an endpoint
// has its own, and UpstreamCall::Request and Attempt point at it.
struct RequestFields {
  // A parameter that has another name in the caller's request, and its whole path there.
  struct Renamed {
    std::string_view param, path;
  };
  // Of the message with the parameters: the first one that is set. A constant has the function.
  const google::protobuf::Descriptor* (*type)() = nullptr;
  std::string_view parent{};  // its path; empty: the request itself
  std::span<const Renamed> renamed{};
  const google::protobuf::Descriptor* known_type = nullptr;

  const google::protobuf::Descriptor* message() const { return type ? type() : known_type; }
};

// Of ChatService, whose requests all have `params`.
inline constexpr RequestFields kChatParams{&v1::ChatCompletionParams::descriptor, "params"};

// With kChatParams: max_tokens -> params.max_tokens; messages[0].content[1].text, or
// messages.0.content.1.text -> params.messages[0].content_parts[1].text; maxTokens ->
// params.max_tokens. A member without a field is extra["its name"] of the message that it would
// stand in; where that has no extra, the path ends with the field above it. A parameter that names
// nothing of the request, or of a request without typed fields (null), stays as the upstream named
// it. The result is printable ASCII and at most 110 bytes; empty if nothing of it can be shown.
std::string FieldPath(std::string_view param, const RequestFields* fields);

}  // namespace inferwire::openai
