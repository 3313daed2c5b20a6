// What an RPC says of itself. The machines that serve it are single_call.h,
// client_stream_call.h and many_call.h.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "gateway/operation.h"
#include "telemetry/metrics.h"
#include "upstream/runtime.h"

namespace inferwire::rpc {

struct Endpoint {
  std::string_view service;  // e.g. inferwire.v1.ChatService
  std::string_view method;   // e.g. Complete
  std::string_view type;  // unary, client_stream, server_stream or bidi_stream, as in grpc_server_*
  std::string_view operation;  // chat or raw: the label of inferwire_* metrics
  bool streams = false;        // more than one message, in one direction at least
  telemetry::RpcMetrics& rpc_metrics;
  telemetry::OperationMetrics& operation_metrics;

  std::function<google::protobuf::Message*(google::protobuf::Arena*)> new_request;
  // The model that the request names; empty if it names none.
  std::function<std::string_view(const google::protobuf::Message& request)> model;
  // Checks and translates the request, and makes the operation for it; starts nothing.
  std::function<Result<std::unique_ptr<gateway::Operation>>(
      google::protobuf::Message& request, const upstream::Runtime& runtime,
      const gateway::CallContext& context, gateway::Operation::Sink& sink)>
      begin{};
  // Instead of begin, for a client stream: makes what takes the messages; starts nothing.
  std::function<Result<std::unique_ptr<gateway::ClientStream>>(const upstream::Runtime& runtime,
                                                               const gateway::CallContext& context,
                                                               gateway::ClientStream::Sink& sink)>
      begin_client_stream{};
  bool answered_here = false;  // from memory, without an upstream
  // It passes its time waiting for something to happen: how much of it is ours cannot be said.
  bool waits_for_news = false;
};

}  // namespace inferwire::rpc
