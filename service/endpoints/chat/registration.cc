#include "endpoints/chat/registration.h"

#include <string_view>

#include "endpoints/chat/chat.h"
#include "endpoints/chat/many_call.h"
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

}  // namespace

std::vector<rpc::EndpointSpec> ChatEndpoints() {
  return {{.service = kService,
           .method = "Complete",
           .kind = rpc::Kind::kUnary,
           .operation = kOperation,
           .begin = rpc::BeginWithModel(BeginComplete)},
          {.service = kService,
           .method = "StreamComplete",
           .kind = rpc::Kind::kServerStream,
           .operation = kOperation,
           .begin = rpc::BeginWithModel(BeginStreamComplete)},
          {.service = kService,
           .method = "CompleteMany",
           .kind = rpc::Kind::kBidiStream,
           .operation = kOperation,
           .machine = &ManyCall::Serve}};
}

}  // namespace inferwire::endpoints
