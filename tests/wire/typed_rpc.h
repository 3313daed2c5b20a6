// Which typed RPC a recorded HTTP request is, and the caller's request for it; by the protos' own
// words, not by the gateway's reading of them.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>

#include "inferwire/v1/json.pb.h"
#include "wire/recording.h"

namespace inferwire::wire {

struct TypedRpc {
  const google::protobuf::MethodDescriptor* method = nullptr;
  const v1::UpstreamCall* call = nullptr;
  std::unique_ptr<google::protobuf::Message> request;

  bool streams() const { return method->server_streaming(); }
  std::string path() const { return "/" + method->service()->full_name() + "/" + method->name(); }
  std::unique_ptr<google::protobuf::Message> NewResponse() const;
};

// Nothing: there is none, or no caller could write the request.
std::optional<TypedRpc> TypedRpcOf(const Recording& recording);

}  // namespace inferwire::wire
