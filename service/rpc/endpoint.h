// What an RPC says of itself. The machines that serve it are single_call.h,
// intake_call.h and many_call.h.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string_view>

#include "base/metrics.h"
#include "base/result.h"
#include "openai/operation.h"

namespace inferwire::rpc {

struct Endpoint {
  std::string_view service;  // e.g. inferwire.v1.ChatService
  std::string_view method;   // e.g. Complete
  std::string_view type;  // unary, client_stream, server_stream or bidi_stream, as in grpc_server_*
  std::string_view operation;  // chat or raw: the label of inferwire_* metrics
  bool streams = false;        // more than one message, in one direction at least
  RpcMetrics& rpc_metrics;
  OperationMetrics& operation_metrics;

  std::function<google::protobuf::Message*(google::protobuf::Arena*)> new_request;
  // The model that the request names; empty if it names none.
  std::function<std::string_view(const google::protobuf::Message& request)> model;
  // Checks and translates the request, and makes the operation for it; starts nothing.
  std::function<Result<std::unique_ptr<openai::Operation>>(
      google::protobuf::Message& request, const openai::Runtime& runtime,
      const openai::CallContext& context, openai::Operation::Sink& sink)>
      begin{};
  // Instead of begin, for a client stream: makes what takes the messages; starts nothing.
  std::function<Result<std::unique_ptr<openai::Intake>>(const openai::Runtime& runtime,
                                                        const openai::CallContext& context,
                                                        openai::Intake::Sink& sink)>
      begin_intake{};
  bool answered_here = false;  // from memory, without an upstream
  // It passes its time waiting for something to happen: how much of it is ours cannot be said.
  bool waits_for_news = false;
};

}  // namespace inferwire::rpc
