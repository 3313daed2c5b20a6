#include "endpoints/chat/registration.h"

#include <string_view>

#include "endpoints/chat/chat.h"
#include "endpoints/chat/many_call.h"
#include "endpoints/chat/output_bound.h"
#include "endpoints/chat/queued_event.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

constexpr std::string_view kService = "inferwire.v1.ChatService";
constexpr std::string_view kOperation = "chat";

rpc::Begun BeginComplete(v1::CompleteRequest& request, const upstream::Runtime& runtime,
                         const gateway::CallContext& context,
                         gateway::Operation::Observer& observer) {
  return NewChatCompletion(*request.mutable_params(), request.options(), runtime, context,
                           observer);
}

rpc::Begun BeginStreamComplete(v1::StreamCompleteRequest& request, const upstream::Runtime& runtime,
                               const gateway::CallContext& context,
                               gateway::Operation::Observer& observer) {
  return NewChatStream(*request.mutable_params(), request.options(), request.stream(), runtime,
                       context, observer);
}

// The requests of both have params.
template <class Response, class Request>
rpc::BeginSingle BeginChat(rpc::NewOperation<Request> make) {
  rpc::BeginSingle begin = rpc::BeginWithModel(make);
  rpc::TakeKeys<Request, Response>(begin);
  begin.output = [](const rpc::Message& message) {
    return OutputBoundOf(static_cast<const Request&>(message).params());
  };
  return begin;
}

// How often a stream shows that it lives is no part of its answer.
std::string FingerprintOfStream(rpc::Message& message) {
  auto& request = static_cast<v1::StreamCompleteRequest&>(message);
  google::protobuf::Duration interval;
  const bool has = request.stream().has_heartbeat_interval();
  if (has) interval.Swap(request.mutable_stream()->mutable_heartbeat_interval());
  if (has) request.mutable_stream()->clear_heartbeat_interval();
  std::string fingerprint = rpc::FingerprintOf(request, *request.mutable_options());
  if (has) request.mutable_stream()->mutable_heartbeat_interval()->Swap(&interval);
  return fingerprint;
}

rpc::BeginSingle BeginChatStream() {
  rpc::BeginSingle begin = BeginChat<v1::StreamCompleteResponse>(BeginStreamComplete);
  begin.fingerprint = FingerprintOfStream;
  begin.queued = QueuedEvent;
  return begin;
}

}  // namespace

std::vector<rpc::EndpointSpec> ChatEndpoints() {
  return {{.service = kService,
           .method = "Complete",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = BeginChat<v1::CompleteResponse>(BeginComplete)},
          {.service = kService,
           .method = "StreamComplete",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .begin = BeginChatStream()},
          {.service = kService,
           .method = "CompleteMany",
           .kind = rpc::Kind::kBidiStream,
           .operation = kOperation,
           .machine = &ManyCall::Serve,
           .booked = false}};
}

}  // namespace inferwire::endpoints
