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
template <class Request>
rpc::BeginSingle BeginChat(rpc::NewOperation<Request> make) {
  rpc::BeginSingle begin = rpc::BeginWithModel(make);
  begin.output = [](const rpc::Message& message) {
    return OutputBoundOf(static_cast<const Request&>(message).params());
  };
  return begin;
}

rpc::BeginSingle BeginChatStream() {
  rpc::BeginSingle begin = BeginChat(BeginStreamComplete);
  begin.queued = QueuedEvent;
  return begin;
}

}  // namespace

std::vector<rpc::EndpointSpec> ChatEndpoints() {
  return {{.service = kService,
           .method = "Complete",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = BeginChat(BeginComplete)},
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
           .books_items = true}};
}

}  // namespace inferwire::endpoints
